using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>Which room serves an API that inner calls go to. Rooms do not know each other, so the composition says it.</summary>
/// <param name="face">The API.</param>
internal delegate IProtocolRoom ApiRooms(ApiFace face);
