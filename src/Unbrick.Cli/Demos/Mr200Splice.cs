using System.Collections.Immutable;
using System.Security.Cryptography;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Formats.Recipes;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Demos;

/// <summary>
/// Thread 001: an Archer MR200 of a provider starts with the provider's boot loader only, and the vendor's firmware has to be put behind it
/// by hand. First the files that people made with dd, each with what is wrong about it; then the right ones, compared with a splice that
/// was made without the recipe.
/// </summary>
internal static class Mr200Splice
{
    public const string Name = "mr200-splice";
    public const string Title =
        "the vendor's firmware behind a provider's boot loader: two wrong splices explained, the right ones made (thread 001)";

    private const int Boot = Mr200Files.BootSize, Header = Mr200Files.HeaderSize;

    public static ServeResult Play(int seed, IEventSink events, CancellationToken ct)
    {
        Mr200Files files = new(seed);
        byte[] own = files.OwnDump(), update = files.VendorUpdate();
        Recipe recipe = RecipeLibrary.Find("mr200-keep-isp-bootloader")!;
        RecipeWay tftp = RecipeBench.Way(recipe, "tftp"), spi = RecipeBench.Way(recipe, "spi");
        string sizes = $"own.bin: a dump of the unit, {ByteText.Exact(own.Length)}. update.bin: the vendor's file, {ByteText.Exact(update.Length)}.";
        Tell(events, "files", sizes);

        Tell(events, "act 1", "By hand, as in the thread. dd if=update.bin bs=512 count=16000: the header is still in front.");
        Judge(events, tftp, update.AsMemory(0, Mr200Files.TftpSize), "header-in-front.bin");
        Tell(events, "act 1", "Again, with skip=1 on both files: on the dump, which has no header, that cuts the boot loader.");
        byte[] cutTwice = Join(own.AsSpan(Header, Boot - Header), update.AsSpan(Header + Boot, Mr200Files.TftpSize - Boot));
        Judge(events, tftp, cutTwice, "cut-twice.bin");
        ct.ThrowIfCancellationRequested();

        Tell(events, "act 2", "unbrick image build mr200-keep-isp-bootloader own.bin update.bin, for each way.");
        ReadOnlySpan<byte> firmware = update.AsSpan(Header + Boot, Mr200Files.TftpSize - Boot);
        bool same = Make(events, recipe, tftp, own, update, Join(own.AsSpan(0, Boot), firmware))
            & Make(events, recipe, spi, own, update, Join(own.AsSpan(0, Boot), firmware, own.AsSpan(Mr200Files.TftpSize)));
        ct.ThrowIfCancellationRequested();

        Tell(events, "act 3", "The same from a dump of somebody else's unit, whose settings lie elsewhere.");
        ImmutableArray<GivenInput> dumps = [new("own.bin", own), new("stock_dump.bin", files.StockDump())];
        (RecipeResult other, _) = RecipeBench.Build(recipe, spi, dumps, null, []);
        foreach (string note in other.Notes)
            Tell(events, "note", note);
        bool well = same && other.Image is not null;
        Tell(events, "checked", well
            ? "Both files equal, byte for byte, what was put together without the recipe."
            : "The files differ from what was put together without the recipe.");
        return new ServeResult(well ? "made" : "not-made", 0, []) { Exit = well ? ExitCode.Done : ExitCode.Failed };
    }

    private static void Judge(IEventSink events, RecipeWay way, ReadOnlyMemory<byte> image, string name)
    {
        ImmutableArray<CheckOutcome> checks = RecipeEngine.Judge(way, image);
        foreach (CheckOutcome outcome in checks.Where(c => !c.Holds))
        {
            Problem problem = RecipeBench.Explain(outcome, name);
            events.Publish(new Found(problem));
        }
    }

    private static bool Make(IEventSink events, Recipe recipe, RecipeWay way, byte[] own, byte[] update, byte[] expected)
    {
        (RecipeResult made, _) = RecipeBench.Build(recipe, way, [new("own.bin", own), new("update.bin", update)], null, []);
        if (made.Image is not { } image)
            return false;
        foreach (Segment segment in made.Segments)
            Tell(events, "plan", $"to 0x{segment.At:x6} {ByteText.Short(segment.Size)} of {segment.From} 0x{segment.Offset:x6}: {segment.What}");
        string hash = Convert.ToHexStringLower(SHA256.HashData(image))[..16];
        Tell(events, way.Name, $"{ByteText.Exact(image.Length)} (0x{image.Length:x}), sha256 {hash}...: {way.Title}");
        return image.AsSpan().SequenceEqual(expected);
    }

    /// <summary>Put together without the recipe.</summary>
    private static byte[] Join(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c = default) => [.. a, .. b, .. c];

    private static void Tell(IEventSink events, string topic, string text) => events.Publish(new Note(topic, text));
}
