using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Serve;

namespace Unbrick.Recovery.Loaders;

/// <summary>Our own TFTP server beside the console, on a thread of its own; what it says goes to the same events.</summary>
/// <param name="bench">This machine's network.</param>
/// <param name="options">The adapter and its address; what is served comes from <see cref="Serve"/>.</param>
/// <param name="device">Address that the device is to take.</param>
public sealed class ServedFiles(Workbench bench, ServeOptions options, string device) : ILoaderNetwork
{
    private static readonly TimeSpan s_ready = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public string Server { get; } = options?.Address?.Address.ToString() ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Device { get; } = device;

    /// <inheritdoc/>
    public IDisposable Serve(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        ServeOptions what = options with { Image = name, ImageContent = content, AnyName = true, Dhcp = false, Forever = true, Anyway = true };
        return new Serving(bench, what, ct);
    }

    /// <inheritdoc/>
    public ILoaderInbox Take(string name, long length, CancellationToken ct) => new Inbox(bench, options, name, length, ct);

    /// <summary>A folder of our own, which is gone afterwards; nothing is given out meanwhile.</summary>
    private sealed class Inbox : ILoaderInbox
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-");
        private readonly string _path;
        private readonly Serving _serving;

        public Inbox(Workbench bench, ServeOptions options, string name, long length, CancellationToken ct)
        {
            _path = Path.Combine(_folder.FullName, name);
            try
            {
                ServeOptions what = options with { Uploads = _folder.FullName, UploadLimit = length, Dhcp = false, Forever = true };
                _serving = new Serving(bench, what, ct);
            }
            catch
            {
                _folder.Delete(recursive: true);
                throw;
            }
        }

        public ReadOnlyMemory<byte>? Arrived => File.Exists(_path) ? File.ReadAllBytes(_path) : null;

        public void Dispose()
        {
            _serving.Dispose();
            _folder.Delete(recursive: true);
        }
    }

    private sealed class Serving : IDisposable
    {
        private readonly CancellationTokenSource _stop;
        private readonly Task _running;

        public Serving(Workbench bench, ServeOptions options, CancellationToken ct)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            TaskCompletionSource ready = new();
            _running = Task.Factory.StartNew(
                () =>
                {
                    using ServeJob job = new(bench with { OnRequestPortOpen = ready.SetResult }, options);
                    job.Run(_stop.Token);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            // It either opens its port, or says why not.
            if (Task.WaitAny([ready.Task, _running], s_ready) != 0)
            {
                _stop.Cancel();
                if (_running.Exception?.InnerException is UnbrickException e)
                    throw e;
                throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.NotPermitted, ["the server did not start"], ("what", "serve the file")), ExitCode.NotFound);
            }
        }

        public void Dispose()
        {
            _stop.Cancel();
            _ = Task.WaitAny([_running], s_ready);
            _stop.Dispose();
        }
    }
}
