using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats.Editing;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Images;

/// <summary>One edit as it is kept.</summary>
/// <param name="Offset">Where.</param>
/// <param name="Old">What stood there, hex.</param>
/// <param name="New">What stands there now, hex.</param>
/// <param name="Why">Half a sentence.</param>
public sealed record EditNote(int Offset, string Old, string New, string Why);

/// <summary>Edits as a file: what was done to which bytes, so that it can be taken back, or looked at by another person.</summary>
/// <param name="Size">Bytes of the image.</param>
/// <param name="Before">SHA-256 before the edits.</param>
/// <param name="After">SHA-256 after them.</param>
/// <param name="Edits">In order.</param>
public sealed record EditSheet(long Size, string Before, string After, ImmutableArray<EditNote> Edits)
{
    /// <summary>The edits of an image.</summary>
    public static EditSheet Of(EditedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new(
            image.Bytes.Length, Convert.ToHexStringLower(SHA256.HashData(image.Original.Span)),
            Convert.ToHexStringLower(SHA256.HashData(image.Bytes.Span)),
            [.. image.Edits.Select(e => new EditNote(e.At, Convert.ToHexStringLower(e.Old.Span), Convert.ToHexStringLower(e.New.Span), e.Why))]);
    }

    /// <summary>As JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, EditSheetJsonContext.Default.EditSheet);

    /// <summary>Reads a file of edits.</summary>
    public static EditSheet Read(string path)
    {
        byte[] json = ImageFile.Read(path);
        try
        {
            if (JsonSerializer.Deserialize(json, EditSheetJsonContext.Default.EditSheet) is { Edits.IsDefault: false } sheet)
                return sheet;
        }
        catch (JsonException)
        {
            // told below, in words that say what the file should have been
        }
        throw Refused(path, "it is no file of edits (--save-edits writes one)");
    }

    /// <summary>The image without these edits; it must be the one that they led to.</summary>
    public EditedImage Undo(ReadOnlyMemory<byte> image, string path)
    {
        EditedImage edited = new(image);
        try
        {
            foreach (EditNote note in Edits.Reverse())
            {
                byte[] old = Convert.FromHexString(note.Old), now = Convert.FromHexString(note.New);
                if (old.Length != now.Length || note.Offset < 0 || note.Offset > image.Length - old.Length
                    || !edited.Bytes.Span.Slice(note.Offset, now.Length).SequenceEqual(now))
                {
                    throw Refused(path, $"at 0x{note.Offset:x6} stands something else than these edits left there ({note.Why})");
                }
                edited.Put(note.Offset, old, $"back: {note.Why}");
            }
        }
        catch (FormatException)
        {
            throw Refused(path, "its bytes are not hex");
        }
        return edited;
    }

    private static UnbrickException Refused(string path, string reason) =>
        new(ProblemCatalogue.Create(ProblemCode.EditRefused, [], ("what", $"taking back {path}"), ("reason", reason)), ExitCode.Refused);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(EditSheet))]
internal sealed partial class EditSheetJsonContext : JsonSerializerContext;
