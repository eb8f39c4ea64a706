using System.Text.Json;

namespace Unbrick.E2E.Lab;

/// <summary>A real, unmodified U-Boot 2023.01 in QEMU that fetches a file from <c>unbrick serve</c> (lab/net/uboot-lab.py).</summary>
internal static class UBootLab
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(280);

    /// <summary>Boots the board and lets it load; the answer is the lab's (<c>success crc_ok timeouts_T bytes dhcp …</c>).</summary>
    public static async Task<JsonElement> LoadAsync(string board, params string[] options)
    {
        using Scratch scratch = new();
        string[] lab = ["python3", Paths.LabScript("uboot-lab.py"), "--board", board, "--timeout", "220", .. options];
        Ended ended = await Peer.RunAsync([.. lab, "--", .. UnbrickCommand.ServeInLab], s_limit, scratch.Environment);
        Assert.True(ended.Output.Length > 0, ended.ToString());
        JsonElement result = JsonLines.Parse(ended.Output)[^1];
        Assert.True(result.GetProperty("success").GetBoolean(), ended.ToString());
        Assert.True(result.GetProperty("crc_ok").GetBoolean(), ended.ToString());
        return result;
    }
}
