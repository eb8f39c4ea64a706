using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Editing;

namespace Unbrick.Formats.Recipes;

/// <summary>Does the steps of a way.</summary>
internal static class RecipeSteps
{
    public static byte[] Run(RecipeStep step, byte[] image, ref ImmutableArray<Edit> edits) => step.Op switch
    {
        RecipeOperation.Env => Environment(step, image, ref edits),
        RecipeOperation.CutMetadata => image[..AppendedMetadata.Start(image)],
        RecipeOperation.Trim => Trim(image, Padding(step), step.Align),
        RecipeOperation.Pad => Pad(image, Padding(step), Target(step, image)),
        RecipeOperation.Rewrite => Rewrite(step, image),
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
        Finding? found = step.Format is string id ? FormatRegistry.Find(id)?.Read(Whole(image)) : null;
        return found?[step.ToFact] switch
        {
            long size => size,
            string text when text.StartsWith("0x", StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long size) => size,
            _ => throw new RecipeFaultException($"the size to pad to ({step.ToFact}) stands nowhere in the file"),
        };
    }

    private static byte[] Rewrite(RecipeStep step, byte[] image) =>
        step.Format is string id && FormatRegistry.Find(id) is IFormatWriter writer && writer.Rewrite(Whole(image)) is { } written
            ? written
            : throw new RecipeFaultException($"the header cannot be written anew as {step.Format}");

    private static FormatInput Whole(byte[] image) => new(image, 0, image.Length, new ReadBudget()) { AtStart = true, Claimed = true };

    private static byte Padding(RecipeStep step) => (byte)(step.Byte ?? 0xFF);

    private static long RoundUp(long size, long align) => align <= 1 ? size : (size + align - 1) / align * align;
}
