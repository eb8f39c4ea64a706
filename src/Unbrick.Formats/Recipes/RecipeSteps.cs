using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Editing;

namespace Unbrick.Formats.Recipes;

/// <summary>Does the steps of a way.</summary>
internal static class RecipeSteps
{
    public static byte[] Run(
        RecipeStep step, byte[] image, Dictionary<string, FlashView> views, RecipeTarget? target, ref ImmutableArray<Edit> edits) => step.Op switch
        {
            RecipeOperation.Env => Environment(step, image, ref edits),
            RecipeOperation.CutMetadata => image[..AppendedMetadata.Start(image)],
            RecipeOperation.Trim => Trim(image, Padding(step), step.Align),
            RecipeOperation.Pad => Pad(image, Padding(step), Target(step, image)),
            RecipeOperation.Rewrite => Rewrite(step, image),
            RecipeOperation.Unwrap => Conversions.Unwrap(Read(step, image), image),
            RecipeOperation.LayOut => Conversions.LayOut(Read(step, image), image, target),
            RecipeOperation.ReplaceFirmware => Conversions.ReplaceFirmware(Read(step, image), image, Input(step, views)),
            RecipeOperation.Metadata => target is null ? image : Conversions.AddMetadata(image, target),
            _ => throw new RecipeFaultException($"there is no step {step.Op}"),
        };

    private static byte[] Environment(RecipeStep step, byte[] image, ref ImmutableArray<Edit> edits)
    {
        EditedImage edited = new(image);
        try
        {
            EnvironmentEditor.Apply(edited, ImageScan.Tile(image), [.. step.Set.Select(v => new EnvironmentChange(v.Key, v.Value))]);
        }
        catch (EditRefusedException e)
        {
            throw new RecipeFaultException(e.Message);
        }
        edits = edits.AddRange(edited.Edits);
        return edited.Bytes.ToArray();
    }

    private static byte[] Trim(byte[] image, byte padding, long align)
    {
        int end = image.AsSpan().LastIndexOfAnyExcept(padding) + 1;
        long size = Math.Min(image.Length, RoundUp(Math.Max(end, 1), align));
        return image[..(int)size];
    }

    private static byte[] Pad(byte[] image, byte padding, long size)
    {
        if (size < image.Length)
            throw new RecipeFaultException($"{ByteText.Exact(image.Length)} do not fit into {ByteText.Exact(size)}");
        if (size > RecipeEngine.MostBytes)
            throw new RecipeFaultException($"the result would have {ByteText.Exact(size)}");
        byte[] padded = new byte[size];
        image.CopyTo(padded, 0);
        padded.AsSpan(image.Length).Fill(padding);
        return padded;
    }

    private static long Target(RecipeStep step, byte[] image)
    {
        if (step.ToFact is null)
            return RoundUp(Math.Max(step.To, image.Length), step.Align);
        return Read(step, image)?[step.ToFact] switch
        {
            long size => size,
            string text when text.StartsWith("0x", StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long size) => size,
            _ => throw new RecipeFaultException($"the size to pad to ({step.ToFact}) stands nowhere in the file"),
        };
    }

    private static byte[] Rewrite(RecipeStep step, byte[] image) =>
        Format(step, image) is IFormatWriter writer && writer.Rewrite(Whole(image, claimed: true)) is { } written
            ? written
            : throw new RecipeFaultException($"the header cannot be written anew as {step.Format ?? string.Join(" or ", step.Formats)}");

    private static Finding? Read(RecipeStep step, byte[] image) => Format(step, image)?.Read(Whole(image, claimed: true));

    private static IFirmwareFormat? Format(RecipeStep step, byte[] image) => step.Format is string id
        ? FormatRegistry.Find(id)
        : step.Formats.Select(FormatRegistry.Find).FirstOrDefault(format => format?.Read(Whole(image, claimed: false)) is not null);

    private static ReadOnlyMemory<byte> Input(RecipeStep step, Dictionary<string, FlashView> views) =>
        step.From is string from && views.TryGetValue(from, out FlashView view)
            ? view.File
            : throw new RecipeFaultException($"there is no input \"{SafeText.Show(step.From ?? "")}\"");

    private static FormatInput Whole(byte[] image, bool claimed) =>
        new(image, 0, image.Length, new ReadBudget()) { AtStart = true, Claimed = claimed };

    private static byte Padding(RecipeStep step) => (byte)(step.Byte ?? 0xFF);

    private static long RoundUp(long size, long align) => align <= 1 ? size : (size + align - 1) / align * align;
}
