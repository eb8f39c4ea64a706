using System.Text.Json;
using Unbrick.Recovery.BootLogs;

namespace Unbrick.Tests.Recovery.BootLogs;

/// <summary>Excerpts of real logs, <c>bench/bootlogs</c>. What is found there now is not lost again.</summary>
public sealed class RealLogsTests
{
    private const string Folder = "bench/bootlogs/";

    public static TheoryData<string, string> Logs
    {
        get
        {
            using JsonDocument index = JsonDocument.Parse(Repository.Read(Folder + "index.json"));
            return [.. index.RootElement.GetProperty("logs").EnumerateArray().Select(log => (log.GetProperty("file").GetString()!, log.GetProperty("cause").GetString()!))];
        }
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public void Its_cause_is_found(string file, string cause)
    {
        BootReader reader = new();
        reader.Take(File.ReadAllBytes(Repository.PathOf(Folder + file)), TimeSpan.Zero);
        reader.Finish();
        Assert.Equal(cause, reader.Judge(TimeSpan.Zero).Cause);
    }
}
