namespace CursorBroker.Core.Masking;

/// <summary>A secret that was masked. Never the secret itself.</summary>
/// <param name="RuleId">The rule that found it; <c>known-secret</c> for a value that was registered.</param>
/// <param name="Offset">Where the masked value begins, in bytes from 0.</param>
/// <param name="Length">Its bytes; of a value without a bound those within the bound.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1, in bytes.</param>
/// <param name="Digest">HMAC-SHA256 of at most 4,096 of its bytes under the session's key, in hex, cut to 32 digits: tells two secrets apart.</param>
/// <param name="Action">What was done about it.</param>
public sealed record MaskFinding(string RuleId, long Offset, int Length, int Line, int Column, string Digest, MaskAction Action);
