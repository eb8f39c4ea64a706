using System.Text.Json;

namespace Unbrick.E2E.Lab;

/// <summary>
/// lab/net/tftpload: a client that compares every byte with the file it should get, and can be as deaf as an old boot loader.
/// </summary>
internal static class LoadClient
{
    /// <summary>Fetches a served file; the answer is tftpload's summary (<c>ok failed timeouts dup_data oack first_error</c>).</summary>
    public static async Task<JsonElement> GetAsync(Cable cable, string file, TimeSpan limit, params string[] options)
    {
        Ended ended = await cable.Device.RunAsync(
            [Paths.LabTool("tftpload"), "-r", file, .. options, Cable.ServerAddress, Path.GetFileName(file)], limit);
        Assert.True(ended.Output.Length > 0, ended.ToString());
        return JsonLines.Parse(ended.Output)[^1];
    }

    /// <summary>All transfers ended with the right bytes.</summary>
    public static void AssertRight(JsonElement summary)
    {
        Assert.True(summary.GetProperty("failed").GetInt32() == 0, summary.GetRawText());
        Assert.True(summary.GetProperty("ok").GetInt32() > 0, summary.GetRawText());
    }
}
