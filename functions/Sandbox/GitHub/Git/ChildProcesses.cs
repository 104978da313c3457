using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace CursorBroker.Sandbox.GitHub.Git;

/// <summary>The git processes that run now; ends those that are left when the server stops.</summary>
internal sealed class ChildProcesses : IDisposable
{
    private readonly ConcurrentDictionary<ChildProcess, bool> _running = new();

    public int Running => _running.Count;

    public ChildProcess Start(ProcessStartInfo start)
    {
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        var child = new ChildProcess(process, ended => _running.TryRemove(ended, out _));
        _running[child] = true;
        return child;
    }

    public void Dispose()
    {
        foreach (var child in _running.Keys)
        {
            child.Kill();
        }
    }
}

/// <summary>One of them. Killing takes its descendants along: http-backend starts upload-pack, which starts pack-objects.</summary>
internal sealed class ChildProcess(Process process, Action<ChildProcess> ended) : IDisposable
{
    private readonly Lock _ending = new();
    private bool _disposed;
    private bool _inputClosed;

    public Process Process { get; } = process;

    /// <summary>Ends it if it still runs.</summary>
    public void Kill()
    {
        lock (_ending)
        {
            if (_disposed || Process.HasExited)
            {
                return;
            }

            try
            {
                Process.Kill(entireProcessTree: true);
            }
            catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
            {
                // It ended by itself between the question and the signal, which is all that was wanted.
                return;
            }
        }
    }

    /// <summary>Tells it that its input is complete.</summary>
    public void CloseInput()
    {
        lock (_ending)
        {
            if (_disposed || _inputClosed)
            {
                return;
            }

            _inputClosed = true;
            try
            {
                Process.StandardInput.BaseStream.Dispose();
            }
            catch (IOException)
            {
                // It closed its end first; there is nothing left to tell.
                return;
            }
        }
    }

    public void Dispose()
    {
        lock (_ending)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Process.Dispose();
        }

        ended(this);
    }
}
