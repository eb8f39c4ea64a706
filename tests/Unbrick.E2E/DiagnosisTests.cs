using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>
/// A share of the fault matrix (bench/diagnosis): a device on raw frames in one namespace, the program in another, and one thing wrong between
/// them; real packet filter rules, real carriers, real second owners of an address.
/// </summary>
public sealed class DiagnosisTests
{
    private const string Faults =
        "cable-out,link-flaps,address-taken-away,wan,boots,other-address,arp-replies-dropped,drop-69,drop-67,drop-high,drop-output,answers-lost,error-8,refuses-image,twin-there,second-adapter,reboots,iptables,iptables-legacy,ufw";

    [Theory]
    [InlineData("--faults", "--seeds", "1", "--only", Faults)]
    [InlineData("--healthy", "6")]
    [InlineData("--kill", "6")]
    public async Task What_is_wrong_is_named_and_what_is_not_is_not(params string[] what)
    {
        Needs.Namespaces("python3", "nft", "dnsmasq", "iptables-nft", "ufw");
        using Scratch scratch = new();

        Ended ended = await Peer.RunAsync(
            ["python3", Path.Combine(Paths.Repository, "bench", "diagnosis", "matrix.py"), .. what, "--jobs", "8", "--results", scratch.Beside("results.json"), Paths.Unbrick],
            TimeSpan.FromMinutes(4),
            scratch.Environment);

        Assert.True(ended.ExitCode == 0, ended.ToString());
    }
}
