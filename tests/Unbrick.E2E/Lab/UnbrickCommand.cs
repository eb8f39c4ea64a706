using System.Text.Json;

namespace Unbrick.E2E.Lab;

/// <summary>The command lines of the contract.</summary>
internal static class UnbrickCommand
{
    /// <summary>A TFTP server for the test's folder, without DHCP and without touching the machine.</summary>
    public static string[] ServeFiles(Scratch scratch) =>
    [
        Paths.Unbrick, "serve", "--root", scratch.Root, "--interface", Cable.Adapter, "--no-dhcp",
        "--until", "forever", "--no-host-changes",
    ];

    /// <summary>The same with DHCP: address from the pool, <c>recovery.bin</c> as boot file.</summary>
    public static string[] ServeAddresses(Scratch scratch) =>
    [
        Paths.Unbrick, "serve", "--root", scratch.Root, "--interface", Cable.Adapter, "--dhcp-pool", Cable.Pool,
        "--boot-file", "recovery.bin", "--until", "forever", "--no-host-changes",
    ];

    /// <summary>The same for the lab's scripts, which put their own words into the braces.</summary>
    public static string[] ServeInLab { get; } =
    [
        Paths.Unbrick, "serve", "--root", "{root}", "--interface", "{if}", "--dhcp-pool", "{pool_lo}-{pool_hi}",
        "--boot-file", "recovery.bin", "--until", "forever", "--no-host-changes",
    ];

    /// <summary>The problem codes in what <c>--json</c> wrote: those found on the way and those of the result.</summary>
    public static string[] ProblemCodes(string output)
    {
        List<string> codes = [];
        foreach (JsonElement line in JsonLines.Parse(output))
        {
            if (line.Is("problem") && line.TryGetProperty("problem", out JsonElement problem))
                codes.Add(problem.Text("code") ?? "");
            if (line.Is("result") && line.TryGetProperty("diagnosis", out JsonElement diagnosis))
                codes.AddRange(diagnosis.EnumerateArray().Select(item => item.Text("code") ?? ""));
        }
        return [.. codes];
    }
}
