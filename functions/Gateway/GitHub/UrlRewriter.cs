using System.Buffers;
using System.IO.Pipelines;

namespace CursorBroker.Gateway.GitHub;

/// <summary>
/// Makes URLs in a JSON text point elsewhere while it streams through, byte by byte and in constant memory. Only members that hold URLs are looked at
/// (<c>url</c>, <c>..._url</c>, <c>href</c> and the links of contents), and only how their text begins: what people wrote is never changed. GitHub's
/// <c>temp_clone_token</c> and its like are credentials, and are emptied; so is the query of an address that something is downloaded from, which GitHub signs.
/// </summary>
internal sealed class UrlRewriter
{
    private const int MaxKey = 64;

    private static readonly SearchValues<byte> TextEnds = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> PathEnds = SearchValues.Create("\"\\?"u8);

    private readonly IReadOnlyList<UrlReplacement> _replacements;
    private readonly byte[] _begin;
    private readonly byte[] _key = new byte[MaxKey];
    private int _begun;
    private int _keyLength;
    private byte _before;
    private bool _isValue;
    private bool _isCloneAddress;
    private bool _isSigned;
    private State _state = State.Between;

    public UrlRewriter(IReadOnlyList<UrlReplacement> replacements)
    {
        _replacements = replacements;
        _begin = new byte[replacements.Max(static each => each.From.Length) + 1];
    }

    private enum State
    {
        Between,
        Text,
        TextEscape,
        Begin,
        Path,
        PathEscape,
        Dropped,
        DroppedEscape,
    }

    private ReadOnlySpan<byte> Key => _keyLength <= MaxKey ? _key.AsSpan(0, _keyLength) : [];

    /// <summary>Rewrites a whole body.</summary>
    public async Task RunAsync(PipeReader upstream, PipeWriter caller, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await upstream.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                Write(segment.Span, caller);
            }

            upstream.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                End(caller);
            }

            if ((await caller.FlushAsync(cancellationToken)).IsCompleted || read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Takes the next bytes, and writes what is certain by now.</summary>
    public void Write(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        // What passes as it is goes in one piece, however many texts there are in it.
        var (from, at) = (0, 0);
        while (at < input.Length)
        {
            var passes = _state is not (State.Begin or State.Dropped or State.DroppedEscape);
            if (!passes && from < at)
            {
                output.Write(input[from..at]);
            }

            at += Step(input[at..], output);
            from = passes ? from : at;
        }

        if (from < at)
        {
            output.Write(input[from..at]);
        }
    }

    /// <summary>There is no more: writes what was held back.</summary>
    public void End(IBufferWriter<byte> output)
    {
        if (_state == State.Begin)
        {
            Begun(output);
        }
    }

    /// <summary>How many bytes one state takes: all of them pass, or none, by the state they were taken in.</summary>
    private int Step(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        switch (_state)
        {
            case State.Between:
                return Between(input);
            case State.Begin:
                return Begin(input, output);
            case State.Text:
                return Copy(input, TextEnds, State.TextEscape);
            case State.Path:
                return Copy(input, PathEnds, State.PathEscape);
            case State.TextEscape or State.PathEscape:
                Keep(input[..1]);
                _state = _state == State.TextEscape ? State.Text : State.Path;
                return 1;
            case State.Dropped:
                return Drop(input);
            case State.DroppedEscape:
                _state = State.Dropped;
                return 1;
            default:
                throw new InvalidOperationException($"No such state: {_state}.");
        }
    }

    /// <summary>Outside a text: up to and with the quote that begins the next one.</summary>
    private int Between(ReadOnlySpan<byte> input)
    {
        var quote = input.IndexOf((byte)'"');
        var outside = quote < 0 ? input : input[..quote];
        if (outside.LastIndexOfAnyExcept(" \t\r\n"u8) is >= 0 and var last)
        {
            _before = outside[last];
        }

        if (quote < 0)
        {
            return input.Length;
        }

        _isValue = _before == ':';
        if (!_isValue)
        {
            _keyLength = 0;
            _state = State.Text;
        }
        else if (IsCredential(Key))
        {
            _state = State.Dropped;
        }
        else if (HoldsUrl(Key))
        {
            (_begun, _isCloneAddress, _isSigned, _state) = (0, IsCloneAddress(Key), IsSigned(Key), State.Begin);
        }
        else
        {
            _state = State.Text;
        }

        return quote + 1;
    }

    /// <summary>At the beginning of a URL: held back until it is certain what it begins with.</summary>
    private int Begin(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        if (_begun == 0 && input.Length >= _begin.Length)
        {
            // Whatever it may begin with is here already.
            return Replace(input, output);
        }

        _begin[_begun++] = input[0];
        var begun = _begin.AsSpan(0, _begun);
        foreach (var each in _replacements)
        {
            if (Applies(each) && each.From.Length > _begun && each.From.Span.StartsWith(begun))
            {
                return 1;
            }
        }

        Begun(output);
        return 1;
    }

    private void Begun(IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> begun = _begin.AsSpan(0, _begun);
        Write(begun[Replace(begun, output)..], output);
    }

    /// <summary>Writes what stands for the beginning of a URL; how much of it that was.</summary>
    private int Replace(ReadOnlySpan<byte> begun, IBufferWriter<byte> output)
    {
        UrlReplacement? longest = null;
        foreach (var each in _replacements)
        {
            if (Applies(each) && begun.StartsWith(each.From.Span) && each.From.Length > (longest?.From.Length ?? 0))
            {
                longest = each;
            }
        }

        _state = _isSigned || longest is { DropsQuery: true } ? State.Path : State.Text;
        if (longest is null)
        {
            return 0;
        }

        output.Write(longest.To.Span);
        return longest.From.Length;
    }

    private bool Applies(UrlReplacement replacement) => _isCloneAddress || !replacement.ForCloning;

    private int Copy(ReadOnlySpan<byte> input, SearchValues<byte> ends, State escape)
    {
        var end = input.IndexOfAny(ends);
        Keep(end < 0 ? input : input[..end]);
        if (end < 0)
        {
            return input.Length;
        }

        switch (input[end])
        {
            case (byte)'?':
                _state = State.Dropped;
                return end;
            case (byte)'\\':
                Keep(input.Slice(end, 1));
                _state = escape;
                break;
            default:
                (_state, _before) = (State.Between, (byte)'"');
                break;
        }

        return end + 1;
    }

    /// <summary>Leaves out the rest of a text, but not the quote that ends it.</summary>
    private int Drop(ReadOnlySpan<byte> input)
    {
        var end = input.IndexOfAny(TextEnds);
        if (end < 0)
        {
            return input.Length;
        }

        var escaped = input[end] == '\\';
        _state = escaped ? State.DroppedEscape : State.Text;
        return escaped ? end + 1 : end;
    }

    /// <summary>Remembers a text that may be a member's name; one that is too long is none that counts here.</summary>
    private void Keep(ReadOnlySpan<byte> text)
    {
        if (_isValue || _keyLength > MaxKey)
        {
            return;
        }

        if (_keyLength + text.Length <= MaxKey)
        {
            text.CopyTo(_key.AsSpan(_keyLength));
        }

        _keyLength = (int)Math.Min(MaxKey + 1L, (long)_keyLength + text.Length);
    }

    // Of an attestation's address nothing is left that could be asked for, and clients take the attestation that stands beside it.
    private static bool IsCredential(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("temp_clone_token"u8) || key.SequenceEqual("temp_download_token"u8) || key.SequenceEqual("bundle_url"u8);

    // Whatever host it is on: a signature is good for whoever holds it.
    private static bool IsSigned(ReadOnlySpan<byte> key) => key.SequenceEqual("download_url"u8) || key.SequenceEqual("artifact_url"u8);

    private static bool HoldsUrl(ReadOnlySpan<byte> key) =>
        key.EndsWith("url"u8) || key.SequenceEqual("href"u8) || key.SequenceEqual("self"u8) || key.SequenceEqual("git"u8) || key.SequenceEqual("html"u8);

    private static bool IsCloneAddress(ReadOnlySpan<byte> key) => key.SequenceEqual("clone_url"u8) || key.SequenceEqual("git_url"u8) || key.SequenceEqual("ssh_url"u8);
}
