using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using BenchmarkDotNet.Attributes;
using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Policy;

namespace CursorBroker.Benchmarks.Micro;

/// <summary>Filtering an answer to ls-refs with 10,000 refs, against a plain copy of the same bytes in memory, the floor that nothing goes below.</summary>
[MemoryDiagnoser]
public class AdvertisementBenchmarks
{
    private static readonly RefVisibility Everything = RefVisibility.Everything;
    private static readonly RefVisibility Some = RefVisibility.Matching([Glob.Compile("refs/heads/main"), Glob.Compile("refs/heads/cursor/**")]);

    private byte[] _answer = [];
    private byte[] _destination = [];

    [GlobalSetup]
    public void Setup()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{i:x40} refs/heads/{(i % 2 == 0 ? "cursor" : "feature")}/branch-{i}\n");
            text.Append(CultureInfo.InvariantCulture, $"{line.Length + 4:x4}{line}");
        }

        _answer = Encoding.ASCII.GetBytes(text.Append("0000").ToString());
        _destination = new byte[_answer.Length];
    }

    [Benchmark(Baseline = true)]
    public long Copy()
    {
        _answer.CopyTo(_destination, 0);
        return _destination.Length;
    }

    [Benchmark]
    public Task<long> FilterShowingAll() => FilterAsync(Everything);

    [Benchmark]
    public Task<long> FilterShowingHalf() => FilterAsync(Some);

    private async Task<long> FilterAsync(RefVisibility visible)
    {
        var destination = new CountingStream();
        var writer = PipeWriter.Create(destination);
        var outcome = await LsRefsFilter.RunAsync(
            PipeReader.Create(new MemoryStream(_answer)), writer, visible, showSymrefs: false, ObjectFormat.Sha1, visitor: null, CancellationToken.None);
        await writer.CompleteAsync();
        return outcome.Failure is null ? destination.Length : throw new InvalidOperationException(outcome.Failure.ToString());
    }

    private sealed class CountingStream : MemoryStream
    {
        private long _total;

        public override long Length => _total;

        public override void Write(ReadOnlySpan<byte> buffer) => _total += buffer.Length;

        public override void Write(byte[] buffer, int offset, int count) => _total += count;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            _total += count;
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _total += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }
}
