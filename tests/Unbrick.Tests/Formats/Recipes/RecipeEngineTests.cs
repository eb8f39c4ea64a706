using System.Collections.Immutable;
using Unbrick.Formats.Editing;
using Unbrick.Formats.Recipes;

namespace Unbrick.Tests.Formats.Recipes;

public sealed class RecipeEngineTests
{
    private static readonly byte[] s_a = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];
    private static readonly byte[] s_b = [.. Enumerable.Range(100, 64).Select(i => (byte)i)];

    [Fact]
    public void Slices_come_from_their_places_and_gaps_are_erased_flash()
    {
        RecipeResult made = Build([Slice(0, 4, "a"), Slice(8, 4, "b")]);
        Assert.Equal([0, 1, 2, 3, 255, 255, 255, 255, 108, 109, 110, 111], made.Image);
        Assert.Equal(["a", null, "b"], made.Segments.Select(s => s.From));
    }

    [Fact]
    public void A_header_is_skipped_by_the_form_and_told_in_the_offset_of_the_file()
    {
        RecipeResult made = Build([Slice(4, 4, "a")], new RecipeForm { Title = "with a header", Skip = 10, FlashAt = 2 });
        Assert.Equal([12, 13, 14, 15], made.Image![4..]);
        Assert.Equal(12, made.Segments[1].Offset);
    }

    [Fact]
    public void Where_an_input_ends_early_it_is_padded_only_if_the_recipe_says_so()
    {
        Assert.Throws<RecipeFaultException>(() => Build([Slice(60, 8, "a")]));
        RecipeResult made = Build([Slice(60, 8, "a") with { Fill = 0 }]);
        Assert.Equal([60, 61, 62, 63, 0, 0, 0, 0], made.Image![60..]);
    }

    [Fact]
    public void Slices_that_overlap_are_a_mistake() => Assert.Throws<RecipeFaultException>(() => Build([Slice(0, 8, "a"), Slice(4, 8, "b")]));

    [Fact]
    public void An_unknown_input_or_a_missing_map_is_a_mistake()
    {
        Assert.Throws<RecipeFaultException>(() => Build([Slice(0, 8, "c")]));
        Assert.Throws<RecipeFaultException>(() => Build([new RecipeSlice { From = "a", Kinds = [RegionKind.Firmware] }]));
    }

    [Fact]
    public void A_check_that_does_not_hold_leaves_nothing_and_says_what_was_seen()
    {
        RecipeCheck check = new() { What = "four bytes", Code = "size", Sizes = [4] };
        RecipeResult made = Build([Slice(0, 8, "a")], checks: [check]);
        Assert.Null(made.Image);
        Assert.Equal("8 bytes (0x8)", made.Refusal!.Seen);
    }

    [Fact]
    public void A_warning_does_not_refuse()
    {
        RecipeCheck check = new() { What = "four bytes", Code = "size", Sizes = [4], Warning = true };
        Assert.NotNull(Build([Slice(0, 8, "a")], checks: [check]).Image);
    }

    [Fact]
    public void Own_bytes_are_kept_unless_the_user_gives_them_up()
    {
        RecipeSlice slice = Slice(0, 4, "a") with { Or = "b", Kind = RegionKind.Calibration };
        Assert.Equal([0, 1, 2, 3], Build([slice]).Image);
        Assert.Equal([100, 101, 102, 103], Build([slice], overwrite: [RegionKind.Calibration]).Image);
    }

    [Fact]
    public void Regions_of_a_map_become_slices()
    {
        Layout map = Layout.Cover(
            [new Region("fw", 4, 8, RegionKind.Firmware, true), new Region("boot", 0, 4, RegionKind.Bootloader, false)], 16, LayoutSource.Device);
        RecipeResult made = Build(
            [
                new RecipeSlice { From = "a", Kinds = [RegionKind.Bootloader, RegionKind.Unknown] },
                new RecipeSlice { From = "b", Kinds = [RegionKind.Firmware] },
            ],
            map: map);
        Assert.Equal([0, 1, 2, 3, 104, 105, 106, 107, 108, 109, 110, 111, 12, 13, 14, 15], made.Image);
    }

    [Fact]
    public void Padding_is_trimmed_to_a_block_and_put_on_again()
    {
        RecipeStep trim = new() { Op = RecipeOperation.Trim, Byte = 7, Align = 4 }, pad = new() { Op = RecipeOperation.Pad, To = 12, Byte = 0xEE };
        byte[] image = [1, 2, 3, 4, 5, 7, 7, 7, 7, 7];
        RecipeResult made = Build([new RecipeSlice { From = "a" }], steps: [trim, pad], a: image);
        Assert.Equal([1, 2, 3, 4, 5, 7, 7, 7, 0xEE, 0xEE, 0xEE, 0xEE], made.Image);
    }

    private static RecipeSlice Slice(long at, long length, string from) => new() { At = at, Length = length, From = from };

    private static RecipeResult Build(
        ImmutableArray<RecipeSlice> slices, RecipeForm? form = null, ImmutableArray<RecipeCheck>? checks = null,
        ImmutableArray<RecipeStep>? steps = null, Layout? map = null, ImmutableHashSet<RegionKind>? overwrite = null, byte[]? a = null)
    {
        RecipeWay way = new() { Name = "spi", Title = "a test", Slices = slices, Checks = checks ?? [], Steps = steps ?? [] };
        RecipeForm any = new() { Title = "any" };
        RecipeInput Input(string name) => new() { Name = name, Title = name, Forms = [name == "a" ? form ?? any : any] };
        Recipe recipe = new() { Id = "test", Title = "a test", Inputs = [Input("a"), Input("b")], Ways = [way], Sources = [] };
        return RecipeEngine.Build(recipe, way, [new GivenInput("a.bin", a ?? s_a), new GivenInput("b.bin", s_b)], map, overwrite);
    }
}
