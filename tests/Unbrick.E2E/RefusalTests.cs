using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>
/// What cannot work is said before anything is changed: what was seen, what it means, what to try, and an exit code for scripts.
/// </summary>
public sealed class RefusalTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Port_69_is_taken()
    {
        Needs.Namespaces("python3");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);
        await using Peer holder = cable.Server.Start(
            ["python3", "-c", "import socket,time; s=socket.socket(2,2); s.bind(('',69)); print('held',flush=True); time.sleep(60)"]);
        while (!holder.Output.Contains("held", StringComparison.Ordinal) && !holder.HasExited)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);

        await AssertRefusedAsync(cable, scratch, "port-taken", 3, UnbrickCommand.ServeFiles(scratch));
    }

    [Fact]
    public async Task The_folder_is_missing()
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();

        await AssertRefusedAsync(
            cable, scratch, "root-missing", 3, Serve("--root", scratch.Beside("nowhere"), "--interface", Cable.Adapter, "--no-dhcp"));
    }

    [Fact]
    public async Task The_adapter_is_missing()
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);

        await AssertRefusedAsync(
            cable, scratch, "adapter-not-found", 3, Serve("--root", scratch.Root, "--interface", "enp9s9", "--no-dhcp"));
    }

    [Fact]
    public async Task The_image_is_empty()
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        string image = scratch.Serve("empty.bin", 0);

        await AssertRefusedAsync(cable, scratch, "image-empty", 6, Serve("archer-c7-v2", image, "--interface", Cable.Adapter));
    }

    [Fact]
    public async Task The_image_is_larger_than_the_flash_of_the_device()
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        string image = scratch.Serve("large.bin", (16 << 20) + 1);

        await AssertRefusedAsync(cable, scratch, "image-too-large", 6, Serve("archer-c7-v2", image, "--interface", Cable.Adapter));
    }

    [Fact]
    public async Task The_user_may_not_open_port_69()
    {
        Needs.Namespaces("setpriv");
        bool shared = Directory.Exists("/usr/share/dotnet") || Directory.Exists("/usr/lib/dotnet");
        Assert.SkipUnless(shared, ".NET is where only this user may read it");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);
        // The build may lie in a home that nobody else may enter, and nobody has a state folder of its own.
        string copy = scratch.Beside("program");
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(Paths.Unbrick)!))
        {
            Directory.CreateDirectory(copy);
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }
        Scratch.Permit(scratch.State, 0b111_111_111);
        string[] command = UnbrickCommand.ServeFiles(scratch);
        command[0] = Path.Combine(copy, Path.GetFileName(Paths.Unbrick));

        await AssertRefusedAsync(
            cable, scratch, "not-permitted", 3, ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. command]);
    }

    private static string[] Serve(params string[] words) => [Paths.Unbrick, "serve", .. words];

    /// <summary>Once for people and once for scripts; nothing may have changed either time.</summary>
    private static async Task AssertRefusedAsync(
        Cable cable, Scratch scratch, string code, int exitCode, string[] command)
    {
        string[] addresses = await cable.Server.AddressesAsync(Cable.Adapter);
        string[] files = scratch.Served();

        Ended people = await cable.Server.RunAsync(command, s_limit, scratch.Environment);
        Ended scripts = await cable.Server.RunAsync([.. command, "--json"], s_limit, scratch.Environment);

        Assert.True(people.ExitCode == exitCode, $"wanted exit code {exitCode}, got {people}");
        Assert.Contains($"[{code}]", people.Errors, StringComparison.Ordinal);
        foreach (string margin in (string[])["seen", "means", "try"])
            Assert.Matches($"(?m)^ *{margin} ", people.Errors);
        Assert.True(scripts.ExitCode == exitCode, $"--json: wanted exit code {exitCode}, got {scripts}");
        Assert.Contains(code, UnbrickCommand.ProblemCodes(scripts.Output));
        Assert.True(JsonLines.Parse(scripts.Output)[^1].Is("result"), scripts.ToString());
        Assert.Equal(addresses, await cable.Server.AddressesAsync(Cable.Adapter));
        Assert.Equal(files, scratch.Served());
    }
}
