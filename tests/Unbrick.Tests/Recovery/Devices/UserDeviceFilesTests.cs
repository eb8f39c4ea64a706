using System.Net;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;

namespace Unbrick.Tests.Recovery.Devices;

public sealed class UserDeviceFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-devices-");

    [Fact]
    public void The_users_file_wins_over_what_is_built_in_and_is_named()
    {
        string path = Write("c7.json", """
            {"id": "tplink_archer-c7-v2", "names": ["Grandma's router"], "soc": "qca9558 rev 2",
             "recovery": [{"mode": "tftp-client", "server": ["10.0.0.1"], "device": [], "files": ["mine.bin"], "sources": ["my own log"]}]}
            """);
        DeviceLibrary library = new(_folder.FullName);

        DeviceProfile device = library.Get(library.Find("grandmas router").Best!.Id)!;

        Assert.Equal("tplink_archer-c7-v2", device.Id);
        Assert.Equal("qca9558 rev 2", device.Soc);
        Assert.Equal(IPAddress.Parse("10.0.0.1"), Assert.Single(device.Recovery[0].ServerAddresses));
        Assert.Equal([FactStanding.User, FactStanding.Checked, FactStanding.Checked], device.Recovery.Select(way => way.Standing));
        Assert.Equal((Provenance.UserFile, path), (device.Provenance, Assert.Single(device.UserFiles)));
        Assert.Equal(device.Id, library.Find("mine.bin").Best?.Id);
        Assert.Empty(library.Problems);
    }

    [Fact]
    public void A_device_that_nobody_knew_can_be_added()
    {
        Write("new.json", """
            {"id": "acme_box", "vendor": "Acme", "model": "Box", "variant": "v3", "compatible": ["acme,box-v3"],
             "recovery": [{"mode": "dhcp-tftp-client", "server": [], "device": [], "files": [], "any_name": true, "sources": ["bench"]}]}
            """);
        DeviceLibrary library = new(_folder.FullName);

        Assert.Equal(new DeviceLibrary().Count + 1, library.Count);
        Assert.Equal("Acme Box v3", library.Get("acme_box")?.Name);
        Assert.Equal("acme_box", library.Find("acme,box-v3").Best?.Id);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"id":"a_b"}""")]
    [InlineData("""{"id":"","recovery":[]}""")]
    [InlineData("""{"id":"a_b","recovery":[],"serail":{}}""")]
    [InlineData("""{"id":"a_b","recovery":[{"mode":"tftp-client","server":["300.1.1.1"],"files":[]}]}""")]
    [InlineData("""{"id":"a_b","recovery":[{"mode":"teleport","server":[],"files":[]}]}""")]
    [InlineData("\u0000\u0001")]
    public void A_wrong_file_is_left_out_and_said_while_the_others_count(string json)
    {
        string path = Write("wrong.json", json);
        Write("right.json", """{"id":"acme_box","vendor":"Acme","model":"Box","recovery":[]}""");
        DeviceLibrary library = new(_folder.FullName);

        Problem problem = Assert.Single(library.Problems);
        Assert.Equal(ProblemCode.DeviceFileInvalid, problem.Code);
        Assert.Contains(path, problem.Title, StringComparison.Ordinal);
        Assert.NotNull(library.Get("acme_box"));
    }

    [Fact]
    public void A_file_of_enormous_size_is_not_read()
    {
        Write("huge.json", new string(' ', (1 << 20) + 1));

        Assert.Contains("larger than 1 MiB", Assert.Single(new DeviceLibrary(_folder.FullName).Problems).Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_no_problem()
    {
        DeviceLibrary library = new(Path.Combine(_folder.FullName, "nowhere"));

        Assert.Empty(library.Problems);
        Assert.Equal(new DeviceLibrary().Count, library.Count);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
