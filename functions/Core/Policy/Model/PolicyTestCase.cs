using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>One of the policy's own <c>tests</c>, ready to run.</summary>
internal sealed record PolicyTestCase(string Name, int Line, int Column, Caller Caller, Operation Operation, PolicyTestOutcome Expect);
