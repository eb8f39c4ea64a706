using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

/// <summary>
/// SEAMA file of D-Link and other Alpha Networks boards: a chain of entities. A factory file begins with one without an image that seals the
/// others with <c>signature=</c>; the recovery page refuses a file whose signature is not the board's. In the flash the image's entity stands alone.
/// </summary>
public sealed class Seama : IFormatWriter
{
    /// <summary>Honest files have two; more than these are no chain that somebody made.</summary>
    private const int MostEntities = 16;

    public string Id => "seama";

    public string Title => "SEAMA image (D-Link, Alpha Networks)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("5E A3 A4 17")];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!SeamaEntity.TryRead(bytes, out SeamaEntity first))
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(SeamaEntity.Size, bytes.Length)) : null;
        bool knownMagic = first.Magic == SeamaEntity.UsualMagic;
        bool plausible = first.IsPlausible(bytes);
        if (!input.Claimed && !plausible)
            return null;
        if (!input.Claimed && !knownMagic && !(input.AtStart && IsNearlySeama(bytes, first)))
            return null;

        Chain chain = new(input);
        if (!knownMagic)
            chain.Flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{first.Magic:x8}, not 0x{SeamaEntity.UsualMagic:x8}", input.At));
        if (plausible)
            chain.Read(first);
        else
            chain.Flaws.Add(new Flaw(FlawCode.Structure, $"the meta data of {first.MetaLength:N0} bytes is not a list of key=value", input.At + 6));
        return new Finding
        {
            Offset = input.At,
            Length = Math.Max(1, plausible ? chain.End : bytes.Length),
            Format = Id,
            Confidence = plausible && knownMagic ? Confidence.Certain : Confidence.Likely,
            Facts = chain.Facts.DrainToImmutable(),
            Parts = chain.Parts.DrainToImmutable(),
        }.With(chain.Flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (expected.Signature is string signature && finding[FactName.Signature] is string has && has != signature)
            flaws.Add(new Flaw(FlawCode.WrongSignature, $"sealed for {has}, the unit is {signature}", finding.Offset));
        VendorRules.CompareSize(flaws, finding, VendorRules.PartBytes(finding), expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!SeamaEntity.TryRead(bytes, out SeamaEntity entity) || !entity.IsPlausible(bytes))
            return null;
        byte[] written = bytes.ToArray();
        int at = 0;
        for (int count = 0; count < MostEntities; count++)
        {
            int length = (int)Math.Min(entity.ImageLength, bytes.Length - at - entity.ImageAt);
            Span<byte> made = written.AsSpan(at);
            (entity with { Magic = SeamaEntity.UsualMagic, ImageLength = (uint)length }).Write(made);
            if (entity.ImageLength > 0)
                VendorRules.Md5(made.Slice(entity.ImageAt, length)).CopyTo(made[SeamaEntity.DigestAt..]);
            at += entity.ImageAt + length;
            if (!SeamaEntity.TryRead(bytes[at..], out entity) || entity.Magic != SeamaEntity.UsualMagic || !entity.IsPlausible(bytes[at..]))
                break;
        }
        return written[..at];
    }

    /// <summary>The magic number is destroyed, but what it seals follows, or the image has the MD5 that the header says.</summary>
    private static bool IsNearlySeama(ReadOnlySpan<byte> bytes, in SeamaEntity entity) => entity.ImageLength == 0
        ? bytes.Length >= entity.ImageAt + 4 && bytes.Be32(entity.ImageAt) == SeamaEntity.UsualMagic
        : DigestFits(bytes, entity);

    private static bool DigestFits(ReadOnlySpan<byte> bytes, in SeamaEntity entity) =>
        entity.ImageLength <= bytes.Length - entity.ImageAt
        && VendorRules.Md5(bytes.Slice(entity.ImageAt, (int)entity.ImageLength))
            .AsSpan().SequenceEqual(bytes.Slice(SeamaEntity.DigestAt, SeamaEntity.DigestSize));

    /// <summary>What comes together while the entities are read one after the other.</summary>
    private sealed class Chain(in FormatInput input)
    {
        private readonly FormatInput _input = input;

        public ImmutableArray<Flaw>.Builder Flaws { get; } = ImmutableArray.CreateBuilder<Flaw>();

        public ImmutableArray<Fact>.Builder Facts { get; } = ImmutableArray.CreateBuilder<Fact>();

        public ImmutableArray<Part>.Builder Parts { get; } = ImmutableArray.CreateBuilder<Part>();

        /// <summary>Bytes from the first entity to the end of the last.</summary>
        public int End { get; private set; }

        public void Read(SeamaEntity entity)
        {
            int entities = 0;
            for (; entities < MostEntities; entities++)
            {
                ReadOnlySpan<byte> bytes = _input.Bytes[End..];
                AddMeta(bytes.Slice(entity.MetaAt, entity.MetaLength));
                AddImage(bytes, entity);
                if (!SeamaEntity.TryRead(_input.Bytes[End..], out entity) || entity.Magic != SeamaEntity.UsualMagic)
                    break;
                if (!entity.IsPlausible(_input.Bytes[End..]))
                {
                    Flaws.Add(new Flaw(FlawCode.Structure, $"the entity at 0x{_input.At + End:x} has no readable meta data", _input.At + End));
                    break;
                }
            }
            if (Parts.Count == 0 && Flaws.All(flaw => flaw.Code != FlawCode.Structure))
                Flaws.Add(Flaw.Truncated(End + SeamaEntity.Size, _input.Length));
        }

        private void AddMeta(ReadOnlySpan<byte> meta)
        {
            foreach (Range piece in meta.Split((byte)0))
            {
                ReadOnlySpan<byte> text = meta[piece];
                int equals = text.IndexOf((byte)'=');
                if (equals <= 0)
                    continue;
                ReadOnlySpan<byte> key = text[..equals];
                string? name = key.SequenceEqual("signature"u8) ? FactName.Signature
                    : key.SequenceEqual("dev"u8) ? "dev"
                    : key.SequenceEqual("type"u8) ? "type"
                    : key.SequenceEqual("noheader"u8) ? "noheader" : null;
                if (name is not null && Facts.All(fact => fact.Name != name))
                    Facts.Add(Fact.Text(name, SafeText.Show(text[(equals + 1)..])));
            }
        }

        private void AddImage(ReadOnlySpan<byte> bytes, in SeamaEntity entity)
        {
            int start = _input.At + End + entity.ImageAt;
            int there = (int)Math.Min(entity.ImageLength, bytes.Length - entity.ImageAt);
            bool fits = entity.ImageLength > 0 && DigestFits(bytes, entity);
            if (there < entity.ImageLength)
                Flaws.Add(Flaw.Truncated(End + entity.ImageAt + (long)entity.ImageLength, _input.Length));
            else if (!fits && entity.ImageLength > 0)
                Flaws.Add(new Flaw(FlawCode.Md5, "the MD5 in the header is not that of the image", _input.At + End + SeamaEntity.DigestAt));
            if (there > 0)
                Parts.Add(new Part("image", start, there, fits));
            End += entity.ImageAt + there;
        }
    }
}
