namespace CursorBroker.Core.Masking.Validating;

/// <summary>Looks at the masked value and may refuse it.</summary>
internal delegate bool Validator(ReadOnlySpan<byte> value);
