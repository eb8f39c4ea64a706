using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;
using Unbrick.Net.Frames;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Listens to which address the device looks for, says so when this PC does not have it, and offers to hold it for the run. A device with
/// an older boot loader than the lists know looks elsewhere (Archer C7 v2: 192.168.1.66 in place of 192.168.0.66).
/// </summary>
/// <param name="bench">The world.</param>
/// <param name="options">What is wanted.</param>
/// <param name="plan">What was planned.</param>
/// <param name="changes">Adds the address so that it is taken away again; null when nothing may be changed that way.</param>
/// <param name="diagnosis">Collects the problems for the result.</param>
internal sealed class AddressHelp(Workbench bench, ServeOptions options, ServePlan plan, HostChanges? changes, Diagnosis diagnosis)
{
    /// <summary>The code of the question.</summary>
    public const string HoldAddress = "hold-address";

    /// <summary>A flood of questions for ever new addresses ends here.</summary>
    private const int MostTold = 64;

    private const int MostOffers = 3;

    /// <summary>U-Boot asks again after 5 s (net/arp.c, ARP_TIMEOUT); a question that was answered is not repeated so soon.</summary>
    private static readonly TimeSpan s_unanswered = TimeSpan.FromSeconds(12);

    private readonly Dictionary<IPAddress, (PhysicalAddress Mac, TimeSpan At)> _wanted = [];
    private readonly HashSet<IPAddress> _offered = [];
    private Task<string>? _answer;
    private AdapterAddress _open;

    /// <summary>An ARP request came.</summary>
    /// <param name="heard">The request.</param>
    /// <param name="waiting">Nothing was loaded yet, so whoever asks may be the device that looks for its server.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="ct">Ends a question.</param>
    public void OnArpRequest(in HeardFrame heard, bool waiting, TimeSpan now, CancellationToken ct)
    {
        IPAddress wanted = heard.Target;
        if (wanted.Equals(heard.Sender) || wanted.Equals(IPAddress.Any))
            return;
        bool known = _wanted.TryGetValue(wanted, out (PhysicalAddress Mac, TimeSpan At) last);
        if (!known && _wanted.Count >= MostTold)
            return;
        _wanted[wanted] = (heard.Mac, now);
        bool probe = heard.Sender.Equals(IPAddress.Any);
        bool ours = bench.Network.Adapters().Any(a => a.Addresses.Any(own => own.Address.Equals(wanted)));
        if (!known)
        {
            string text = probe ? $"is {wanted} free?" : $"who has {wanted}?{(ours ? "" : " (nobody here)")}";
            bench.Events.Publish(new Wire("arp", probe ? MacText.Show(heard.Mac) : heard.Sender.ToString(), text));
        }
        // A sender without an address asks before it takes the one it asks for (RFC 5227): to hold that one would be in its way.
        if (ours || probe || !waiting || plan.Address is not AdapterAddress own || own.Address.Equals(wanted))
            return;
        AdapterAddress address = new(wanted, PrefixFor(wanted));
        if (!known)
            TellWanted(heard, address);
        else if (last.Mac.Equals(heard.Mac) && now - last.At <= s_unanswered)
            Offer(address, ct);
    }

    /// <summary>Acts on an answer that has come meanwhile; call it a few times a second.</summary>
    public void Tick()
    {
        if (_answer is not { IsCompleted: true } answer)
            return;
        _answer = null;
        if (!answer.IsCompletedSuccessfully)
            return;
        bench.Events.Publish(new Answered(HoldAddress, answer.Result));
        if (answer.Result == Question.Yes)
            Hold(_open);
    }

    private void TellWanted(in HeardFrame heard, AdapterAddress address)
    {
        List<string> seen = [$"{MacText.Show(heard.Mac)} ({heard.Sender}) asked who has {address.Address}"];
        if (Elsewhere(address) is string elsewhere)
            seen.Add(elsewhere);
        diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.AddressWanted, seen, ("address", $"{address.Address}"), ("command", ServeCommandLine.With(options, address))));
    }

    /// <summary>
    /// A device that got an answer is silent; one that asks again got none, so the address is free. Where the address belongs to the network
    /// of another adapter, holding it would pull that network's traffic to this one.
    /// </summary>
    private void Offer(AdapterAddress address, CancellationToken ct)
    {
        if (bench.Ask is not IAsk ask || options.NoHostChanges || _answer is not null || _offered.Count >= MostOffers
            || Elsewhere(address) is not null || !_offered.Add(address.Address))
            return;
        Question question = Question.OfYesOrNo(HoldAddress, $"Give {plan.Adapter!.Name} the address {address} as well?");
        bench.Events.Publish(new Asked(question));
        _open = address;
        _answer = ask.AskAsync(question, ct).AsTask();
    }

    private void Hold(AdapterAddress address)
    {
        string adapter = plan.Adapter!.Name;
        try
        {
            if (changes is not null)
                changes.AddAddress(adapter, address);
            else
                bench.Network.AddAddress(adapter, address);
            bench.Events.Publish(new Note("network", $"{adapter}  {address} added for this run"));
        }
        catch (NetworkException e)
        {
            diagnosis.Add(ProblemCatalogue.Create(ProblemCode.NotPermitted, [e.Message], ("what", $"give {adapter} the address {address}")));
        }
        catch (UnbrickException e)
        {
            diagnosis.Add(e.Problem);
        }
    }

    private string? Elsewhere(AdapterAddress address)
    {
        foreach (NetworkAdapter other in bench.Network.Adapters())
        {
            if (other.Name != plan.Adapter!.Name && other.Addresses.FirstOrDefault(a => a.Covers(address.Address)) is { Address: not null } near)
                return $"{other.Name} has {near}, which is the network of {address.Address}";
        }
        return null;
    }

    private int PrefixFor(IPAddress server) =>
        plan.Device?.Recovery.FirstOrDefault(w => w.ServerAddresses.Contains(server))?.PrefixLength ?? RecoveryWay.UsualPrefix;
}
