using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Unbrick.Recovery;
using Unbrick.Recovery.Devices;

namespace Unbrick.Tests.Recovery.Devices;

/// <summary>What the build packed is what the files of <c>data/devices</c> say.</summary>
public sealed class DevicePackTests
{
    private static readonly JsonSerializerOptions s_asMined = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly JsonNode s_mined = JsonNode.Parse(Repository.Read("data/devices/mined.json"))!;

    private static JsonArray Devices => s_mined["devices"]!.AsArray();

    [Fact]
    public void It_says_of_every_device_what_the_mined_file_says()
    {
        Assert.Equal(Devices.Count, DevicePack.Shipped.DeviceCount);
        for (int i = 0; i < Devices.Count; i++)
        {
            JsonNode packed = JsonSerializer.SerializeToNode(MinedReader.Read(DevicePack.Shipped, i), s_asMined)!;
            AssertSame(Devices[i]!, packed, $"device {i}");
        }
    }

    [Fact]
    public void A_sketch_is_the_beginning_of_the_whole()
    {
        for (int i = 0; i < DevicePack.Shipped.DeviceCount; i++)
        {
            MinedDevice all = MinedReader.Read(DevicePack.Shipped, i), sketch = MinedReader.ReadSketch(DevicePack.Shipped, i);
            MinedDevice expected = all with { Images = null, Kernel = null, Baud = null, Dts = null, Recovery = sketch.Recovery };
            Assert.Equal(JsonSerializer.Serialize(expected, s_asMined), JsonSerializer.Serialize(sketch, s_asMined));
            Assert.Equal(all.Recovery?.Files, sketch.Recovery?.Files);
        }
    }

    [Fact]
    public void It_has_every_recipe_and_every_board_table()
    {
        DeviceIndex index = DeviceIndex.Load(userFolder: null);
        JsonArray recipes = s_mined["recipes"]!.AsArray();
        Assert.Equal(recipes.Select(r => r!.GetValue<string>()), Enumerable.Range(0, recipes.Count).Select(index.Recipe));
        Assert.Equal("", index.Recipe(recipes.Count));
        Assert.Null(index.Safeloader("NO-SUCH-BOARD"));
        foreach ((string board, JsonNode? table) in s_mined["safeloader"]!.AsObject())
            AssertSame(table!, JsonSerializer.SerializeToNode(index.Safeloader(board), s_asMined)!, board);
    }

    [Fact]
    public void It_says_of_every_checked_file_what_the_file_says()
    {
        string[] names = [.. EmbeddedData.List("data/devices/curated/")];
        Assert.Equal(names.Length, DevicePack.Shipped.FileCount);
        for (int i = 0; i < names.Length; i++)
        {
            PackReader reader = DevicePack.Shipped.File(i);
            DeviceSource packed = new(ref reader);
            DeviceFile file = JsonSerializer.Deserialize(Repository.Read(names[i]), DeviceFileJsonContext.Default.DeviceFile)!;
            DeviceSource read = new(file, "path");

            Assert.Equal((read.Id, read.Vendor, read.Model, read.Variant, read.Soc), (packed.Id, packed.Vendor, packed.Model, packed.Variant, packed.Soc));
            Assert.Equal(read.Names, packed.Names);
            Assert.Equal(read.Compatible, packed.Compatible);
            Assert.Equal(read.Family, packed.Family);
            Assert.Equal(read.AsksFor, packed.AsksFor);
            Assert.Equal(JsonSerializer.Serialize(read.Xiaomi), JsonSerializer.Serialize(packed.Xiaomi));
            Assert.Equal((read.Env?.Part, read.Env?.Offset, read.Env?.CrcOver), (packed.Env?.Part, packed.Env?.Offset, packed.Env?.CrcOver));
            Assert.Equal(read.Id, packed.File.Id);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("UBDP")]
    [InlineData("UBDP\u0002\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("ELF!\u0001\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    public void What_another_version_packed_is_not_read(string bytes) =>
        Assert.Throws<InvalidDataException>(() => new DevicePack(bytes.Select(c => (byte)c).ToArray()));

    /// <summary>Everything packed is in the file as it is; what the file has besides is not for a profile.</summary>
    private static void AssertSame(JsonNode file, JsonNode packed, string where)
    {
        switch (packed)
        {
            case JsonObject known when IsPart(known):
                Assert.True(file is JsonArray, where);
                Assert.Equal(known["name"]!.GetValue<string>(), file[0]!.GetValue<string>());
                Assert.Equal(known["offset"]!.GetValue<long>(), file[1]!.GetValue<long>());
                Assert.Equal(known["size"]!.GetValue<long>(), file[2]!.GetValue<long>());
                Assert.Equal(known["flags"]?.GetValue<string>(), file.AsArray().Count > 3 ? file[3]!.GetValue<string>() : null);
                break;
            case JsonObject known:
                foreach ((string key, JsonNode? value) in known)
                {
                    JsonNode? said = file[key];
                    if (said is null) // not said is 0 or no
                        Assert.True(value is JsonValue number && number.ToJsonString() is "0" or "false", $"{where}.{key}");
                    else
                        AssertSame(said, value!, $"{where}.{key}");
                }
                foreach ((string key, JsonNode? value) in file.AsObject())
                    Assert.True(value is null || known.ContainsKey(key) || s_notPacked.Contains(key), $"{where}.{key} is not packed");
                break;
            case JsonArray list:
                Assert.Equal(file.AsArray().Count, list.Count);
                for (int i = 0; i < list.Count; i++)
                    AssertSame(file[i]!, list[i]!, $"{where}[{i}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(file, packed), $"{where}: {file.ToJsonString()}, packed {packed.ToJsonString()}");
                break;
        }
    }

    /// <summary>Keys of the mined file that no profile has.</summary>
    private static readonly HashSet<string> s_notPacked =
    [
        "profile", "initramfs", "kernel_dtsi", "label_mac_node", "nand_size", "pagesize", "node", "key", "kind", "off", "ubi_vol", "dev", "part_size", "sector",
        "src", "size_src", "abs_part", "load_addr", "other_ip", "vendor", "trail", "first", "last", "soft_ver", "compat_level",
    ];

    private static bool IsPart(JsonObject packed) => packed.ContainsKey("offset") && packed.ContainsKey("size");
}
