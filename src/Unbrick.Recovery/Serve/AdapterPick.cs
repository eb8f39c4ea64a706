using Unbrick.Core.Events;
using Unbrick.Core.Text;
using Unbrick.Net.Host;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Finds the adapter with the device by what happens on it: of several sockets it is the one whose link changes when the cable is plugged in or
/// the device is switched on. Radio, bridges and tunnels are never meant.
/// </summary>
internal static class AdapterPick
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60), s_look = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The options with an adapter, when none was named and several could be meant; unchanged when nothing happened in a minute, and then the
    /// planner says what is missing.
    /// </summary>
    public static ServeOptions ByEvent(Workbench bench, ServeOptions options, CancellationToken ct)
    {
        bool anyWillDo = options.Root is not null && options.Address is null && options.Pool is null && options.Dhcp is not true;
        NetworkAdapter[] before = Cables(bench.Network);
        if (options.Interface is not null || anyWillDo || before.Length < 2)
            return options;
        string names = string.Join(", ", before.Select(a => $"{SafeText.Show(a.Name, 40)} (link {a.Link.ToString().ToLowerInvariant()})"));
        bench.Events.Publish(new Note("now", $"plug the cable of the device in now (or out and in again), or switch the device on: which of {names} is it?"));
        using INetworkStack stack = bench.Network.OpenStack();
        using CancellationTokenRegistration wake = ct.Register(stack.Wake);
        for (TimeSpan end = stack.Now + s_patience; stack.Now < end && !ct.IsCancellationRequested;)
        {
            stack.Poll(s_look);
            foreach (NetworkAdapter now in Cables(bench.Network))
            {
                LinkState link = before.FirstOrDefault(a => a.Name == now.Name)?.Link ?? LinkState.Down;
                if (now.Link == link || now.Link == LinkState.Unknown)
                    continue;
                string word = now.Link == LinkState.Up ? "came up" : "fell";
                bench.Events.Publish(new Note("network", $"{SafeText.Show(now.Name, 40)} it is: its link {word}"));
                return options with { Interface = now.Name };
            }
        }
        return options;
    }

    private static NetworkAdapter[] Cables(INetworkHost network) => [.. network.Adapters().Where(a => a.Kind == AdapterKind.Ethernet)];
}
