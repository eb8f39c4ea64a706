using System.Text.Json;
using Unbrick.Recovery;
using Unbrick.Recovery.Devices;

namespace Unbrick.Tests.Recovery.Devices;

public sealed class DeviceDataTests
{
    private const string Mined = "data/devices/mined.json";
    private const string Curated = "data/devices/curated/";

    private static readonly JsonDocument s_mined = DataFiles.Source(Mined);
    private static readonly JsonSchema s_schema = DataFiles.Schema("device");

    public static TheoryData<string> CuratedIds => [.. EmbeddedData.List(Curated).Select(DataFiles.NameOf)];

    private static IEnumerable<JsonElement> Devices => s_mined.RootElement.GetProperty("devices").EnumerateArray();

    [Theory]
    [MemberData(nameof(CuratedIds))]
    public void A_checked_file_keeps_to_the_schema_and_is_named_after_its_device(string id)
    {
        using JsonDocument file = DataFiles.Json($"{Curated}{id}.json");

        Assert.Empty(s_schema.Check(file.RootElement));
        Assert.Equal(id, file.RootElement.GetProperty("id").GetString());
    }

    [Theory]
    [MemberData(nameof(CuratedIds))]
    public void A_checked_file_is_about_a_mined_device_or_names_its_own(string id)
    {
        using JsonDocument file = DataFiles.Json($"{Curated}{id}.json");
        bool mined = Devices.Any(device => device.GetProperty("id").GetString() == id);

        Assert.Equal(!mined, file.RootElement.TryGetProperty("vendor", out _) && file.RootElement.TryGetProperty("model", out _));
    }

    [Theory]
    [InlineData("""{"id":"x_y","recovery":[{"mode":"nmrp","server":[],"device":[],"files":[],"sources":["s"]}],"serail":{}}""", "$.serail")]
    [InlineData("""{"id":"x","recovery":[{"mode":"nmrp","server":["1.1.1.256"],"device":[],"files":[],"sources":["s"]}]}""", "$.recovery")]
    [InlineData("""{"id":"x_y","recovery":[{"mode":"tftp","server":[],"device":[],"files":[],"sources":["s"]}]}""", "$.recovery[0].mode")]
    [InlineData("""{"id":"x_y","recovery":[{"mode":"nmrp","server":[],"device":[],"files":[],"sources":[]}]}""", "$.recovery[0].sources")]
    [InlineData("""{"id":"X Y","recovery":[{"mode":"nmrp","server":[],"device":[],"files":[],"sources":["s"]}]}""", "$.id")]
    public void The_schema_refuses_what_is_misspelt_or_without_a_source(string json, string where)
    {
        using JsonDocument file = JsonDocument.Parse(json);

        Assert.StartsWith(where, Assert.Single(s_schema.Check(file.RootElement)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_mined_file_keeps_to_its_schema() => Assert.Empty(DataFiles.Schema("mined").Check(s_mined.RootElement).Take(10));

    [Fact]
    public void Every_mined_id_is_unique() =>
        Assert.Equal(Devices.Count(), Devices.Select(device => device.GetProperty("id").GetString()).Distinct().Count());

    [Fact]
    public void Every_recipe_and_board_table_that_a_device_names_is_there()
    {
        int recipes = s_mined.RootElement.GetProperty("recipes").GetArrayLength();
        JsonElement tables = s_mined.RootElement.GetProperty("safeloader");
        foreach (JsonElement device in Devices)
        {
            IEnumerable<int> used = device.GetProperty("images").EnumerateObject().Select(image => image.Value.GetInt32());
            Assert.All([.. used, device.GetProperty("kernel").GetInt32()], index => Assert.InRange(index, 0, recipes - 1));
            Assert.True(!device.TryGetProperty("safeloader", out JsonElement table) || tables.TryGetProperty(table.GetString()!, out _));
        }
    }

    [Fact]
    public void Every_partition_lies_on_its_chip()
    {
        IEnumerable<JsonElement> mapped = Devices.Where(device => device.TryGetProperty("flash", out _));
        foreach (JsonElement chip in mapped.SelectMany(device => device.GetProperty("flash").EnumerateArray()))
        {
            if (chip.GetProperty("size").ValueKind != JsonValueKind.Number)
                continue;
            long size = chip.GetProperty("size").GetInt64();
            foreach (JsonElement part in chip.GetProperty("parts").EnumerateArray())
                Assert.InRange(part[1].GetInt64() + part[2].GetInt64(), 0, size);
        }
    }

    [Fact]
    public void Every_device_makes_a_profile_with_sources_for_each_of_its_ways()
    {
        DeviceLibrary library = new();
        foreach (JsonElement device in Devices)
        {
            DeviceProfile? profile = library.Get(device.GetProperty("id").GetString()!);
            Assert.NotNull(profile);
            Assert.NotEmpty(profile.Name);
            Assert.All(profile.Recovery, way => Assert.NotEmpty(way.Sources));
            Assert.Equal(profile.Recovery.Select(way => way.Standing).OrderDescending(), profile.Recovery.Select(way => way.Standing));
        }
    }
}
