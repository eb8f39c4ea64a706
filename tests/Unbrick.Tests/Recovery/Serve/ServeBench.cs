using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Serve;
using Unbrick.Sim;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Network;
using Unbrick.Tests.Recovery.Host;

namespace Unbrick.Tests.Recovery.Serve;

/// <summary>A serve job on a simulated cable in virtual time, with everything it says.</summary>
internal sealed class ServeBench : IEventSink, IDisposable
{
    private static readonly DeviceLibrary s_devices = new();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-test-");
    private readonly CancellationTokenSource _stop = new();

    public ServeBench(string address)
    {
        Time = new VirtualTime(new DateTimeOffset(2026, 11, 21, 20, 14, 30, TimeSpan.Zero));
        SimBench bench = SimCatalogue.Open(address, Time);
        (Device, Sim) = (bench.Device, bench.Host);
        Network = new RecordingHost(Sim);
    }

    public ServeBench(Func<VirtualTime, SimDevice> make)
    {
        Time = new VirtualTime(new DateTimeOffset(2026, 11, 21, 20, 14, 30, TimeSpan.Zero));
        Device = make(Time);
        Sim = new SimNetworkHost(Time, Device, CableFaults.None);
        Network = new RecordingHost(Sim);
    }

    public VirtualTime Time { get; }

    public SimDevice Device { get; }

    public SimNetworkHost Sim { get; }

    public RecordingHost Network { get; }

    public List<UnbrickEvent> Events { get; } = [];

    public IAsk? Ask { get; init; }

    /// <summary>Changes are noted in a journal, as on a real machine.</summary>
    public bool Journalled { get; init; }

    /// <summary>Ends the run with the event for which it says true, as Ctrl-C would.</summary>
    public Func<UnbrickEvent, bool> StopAt { get; set; } = static _ => false;

    /// <summary>A run that would go on for ever ends here.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(20);

    public string Folder => _folder.FullName;

    /// <summary>The wire and the problems in the order they were said, times in virtual seconds.</summary>
    public string[] Said => [.. Events.Select(Line).OfType<string>()];

    public Problem[] Problems(string code) => [.. Events.OfType<Found>().Select(f => f.Problem).Where(p => p.Code == code)];

    public Problem Problem(string code) => Assert.Single(Problems(code));

    public string[] Wires(string what) => [.. Events.OfType<Wire>().Where(w => w.What == what).Select(w => $"{w.Peer} {w.Text}".Trim())];

    /// <summary>An image that no device finds a vendor's header in.</summary>
    public static byte[] Image(int size)
    {
        byte[] image = new byte[size];
        new Random(size).NextBytes(image);
        image[0] = 0x27;
        return image;
    }

    public static ServeOptions Serve(string? device, byte[] image) => new() { Device = device, Image = "image.bin", ImageContent = image };

    public void At(double seconds, Action action) => Time.CreateTimer(action).SetAt(TimeSpan.FromSeconds(seconds).Ticks);

    public ServeResult Run(ServeOptions options)
    {
        At(Limit.TotalSeconds, _stop.Cancel);
        HostJournal? journal = Journalled
            ? new HostJournal(Path.Combine(Folder, "host-changes.jsonl"), new FakeProcesses(1), Time)
            : null;
        return NetworkRecovery.Run(new Workbench(Network, s_devices, this, journal, new Random(1), Ask), options, _stop.Token);
    }

    public void Publish(UnbrickEvent item)
    {
        Events.Add(item with { At = Time.GetUtcNow() });
        if (StopAt(item))
            _stop.Cancel();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    public static NetworkAdapter Other(string name, AdapterKind kind, params string[] addresses) =>
        FakeHost.Adapter(name, 9, enabled: true, addresses) with { Kind = kind, Link = LinkState.Up };

    private string? Line(UnbrickEvent item)
    {
        string at = $"{(item.At - new DateTimeOffset(2026, 11, 21, 20, 14, 30, TimeSpan.Zero)).TotalSeconds:0.0}";
        return item switch
        {
            Wire wire => $"{at} {wire.What} {wire.Peer} {wire.Text}",
            Found found => $"{at} {found.Problem.Code}: {string.Join(" | ", found.Problem.Seen)}",
            Note note => $"{at} {note.Topic}: {note.Text}",
            TransferEnded ended => $"{at} {ended.Outcome} {ended.Peer} {ended.Name} {ended.Bytes}",
            Asked asked => $"{at} asked {asked.Question.Text}",
            Answered answered => $"{at} answered {answered.Answer}",
            _ => null,
        };
    }
}
