using System.Text.Json;
using Unbrick.Formats.Recipes;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Images;

namespace Unbrick.Tests.Recovery.Images;

public sealed class RecipeDataTests
{
    private static readonly JsonSchema s_schema = DataFiles.Schema("recipe");

    public static TheoryData<string> Ids => [.. RecipeLibrary.Ids];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_recipe_keeps_to_the_schema_and_is_named_after_its_id(string id)
    {
        using JsonDocument json = DataFiles.Json($"data/recipes/{id}.json");
        Assert.Empty(s_schema.Check(json.RootElement));
        Assert.Equal(id, RecipeLibrary.Find(id)!.Id);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_slices_name_its_inputs_and_its_device_is_known(string id)
    {
        Recipe recipe = RecipeLibrary.Find(id)!;
        string[] inputs = [.. recipe.Inputs.Select(i => i.Name)];
        IEnumerable<string> named = recipe.Ways.SelectMany(w => w.Slices).SelectMany(s => new[] { s.From, s.Or }).OfType<string>();
        Assert.Empty(named.Except(inputs));
        Assert.True(recipe.Device is null || new DeviceLibrary().Get(recipe.Device) is not null);
        Assert.Equal(recipe.Ways.Length, recipe.Ways.Select(w => w.Name).Distinct().Count());
    }

    [Fact]
    public void The_two_sizes_of_the_mr200_are_those_of_the_thread()
    {
        Recipe recipe = RecipeLibrary.Find("mr200-keep-isp-bootloader")!;
        Assert.Equal(8_192_000, recipe.Ways.Single(w => w.Name == "tftp").Size);
        Assert.Equal(8_388_608, recipe.Ways.Single(w => w.Name == "spi").Size);
        Assert.True(recipe.MustNameWay);
    }

    [Fact]
    public void What_a_file_leaves_out_is_padding_of_erased_flash_and_no_words()
    {
        Recipe recipe = Recipe.Parse("""
            {"id":"a","title":"b","inputs":[{"name":"i","title":"t","forms":[{"title":"f"}]}],"sources":[],
             "ways":[{"name":"spi","title":"t","slices":[{"from":"i"}],"steps":[{"op":"pad","to":4}],
                      "checks":[{"what":"w","code":"size","sizes":[4]}]}]}
            """u8);
        RecipeResult made = RecipeEngine.Build(recipe, recipe.Ways[0], [new GivenInput("a.bin", new byte[] { 1, 2 })]);
        Assert.Equal([1, 2, 0xFF, 0xFF], made.Image);
        Assert.Equal("", recipe.Ways[0].Checks[0].Means);
    }

    [Theory]
    [InlineData("""{"id":"a","title":"b","inputs":[],"ways":[],"sources":[],"surprise":1}""")]
    [InlineData("""{"id":"a","title":"b","inputs":[],"ways":[{"name":"spi","title":"t","slices":[{"at":"20000"}]}],"sources":[]}""")]
    [InlineData("""{"id":"a","title":"b","inputs":[],"ways":[{"name":"spi","title":"t","slices":[{"at":"0x7fffffffffffffff"}]}],"sources":[]}""")]
    [InlineData("null")]
    public void What_is_written_wrong_is_no_recipe(string json) =>
        Assert.Throws<JsonException>(() => Recipe.Parse(System.Text.Encoding.UTF8.GetBytes(json)));
}
