using System.Text;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>
/// The chips that are known: NOR by what they answer to 9F, 90, AB and 15, SPI NAND by 9F, all by name. Made from <c>data/chips</c>; nothing is
/// read before the first question, and no more than what it needs.
/// </summary>
public sealed class ChipLibrary
{
    private readonly ChipData _data = ChipData.BuiltIn;

    /// <summary>NOR and NAND entries together.</summary>
    public int Count => _data.Count;

    /// <summary>All NOR chips; parses every line.</summary>
    public IEnumerable<ChipCandidate> AllNor => Enumerable.Range(0, _data.Count).Where(line => !_data.IsNand(line)).SelectMany(Candidates);

    /// <summary>All SPI NAND chips; parses every line.</summary>
    public IEnumerable<SpiNandChip> AllNand => Enumerable.Range(0, _data.Count).Where(_data.IsNand).Select(Nand);

    /// <summary>
    /// Chips that an answer to 9F may come from; none when it is unknown. JEP106 continuation codes (7F) in front are compared with and without.
    /// </summary>
    /// <param name="answer">Three bytes, better six: S25FL parts are told apart by the fifth and sixth.</param>
    public IReadOnlyList<ChipCandidate> ByRdid(ReadOnlySpan<byte> answer)
    {
        List<ChipCandidate> found = [];
        foreach (ChipRecord record in Best(answer, isNand: false, static method => method.IsEmpty || method.StartsWith("RDID"u8)))
            found.AddRange(ChipFacts.Of(record));
        return found;
    }

    /// <summary>Chips that an answer to 90 (maker, device) may come from: old parts that do not know 9F. RES2 parts answer AB in the same way.</summary>
    public IReadOnlyList<ChipCandidate> ByRems(ReadOnlySpan<byte> answer) =>
        answer.Length < 2 ? [] : Exact(answer[..2], static method => method.SequenceEqual("REMS"u8) || method.SequenceEqual("RES2"u8));

    /// <summary>Chips that an answer to AB (one byte) may come from. It is worth little: newer chips answer AB, too, but have a better id.</summary>
    public IReadOnlyList<ChipCandidate> ByRes(ReadOnlySpan<byte> answer) =>
        answer.IsEmpty ? [] : Exact(answer[..1], static method => method.SequenceEqual("RES1"u8));

    /// <summary>Chips that an answer to 15 (maker, device) may come from: AT25F.</summary>
    public IReadOnlyList<ChipCandidate> ByAt25F(ReadOnlySpan<byte> answer) =>
        answer.Length < 2 ? [] : Exact(answer[..2], static method => method.SequenceEqual("AT25F"u8));

    /// <summary>
    /// SPI NAND chips that an answer to 9F may come from. What some of them send first (a dummy byte, an address they do not take) may still be
    /// in front of the answer: it is tried with and without.
    /// </summary>
    public IReadOnlyList<SpiNandChip> NandByRdid(ReadOnlySpan<byte> answer)
    {
        List<ChipRecord> found = Best(answer, isNand: true, static _ => true);
        if (found.Count == 0 && answer is [0x00 or 0xFF, _, _, ..])
            found = Best(answer[1..], isNand: true, static _ => true);
        return [.. found.Select(ChipFacts.Nand)];
    }

    /// <summary>
    /// Chips of a name: <c>GD25Q128C</c>, also with maker and with what a data sheet appends for package and temperature (<c>W25Q128BVSIG</c>). An
    /// entry about that very part comes before those that only share its id.
    /// </summary>
    public IReadOnlyList<ChipCandidate> ByName(string name)
    {
        string part = ChipNames.PartOf(name);
        for (int length = part.Length; length >= ChipNames.Shortest; length--)
        {
            string wanted = part[..length];
            List<ChipCandidate> found = [.. Lines(Encoding.UTF8.GetBytes("\"" + wanted + "\""))
                .SelectMany(Candidates).Where(c => c.Chip.Parts.Contains(wanted, StringComparer.OrdinalIgnoreCase))];
            List<ChipCandidate> own = found.FindAll(c => c.Chip.Parts.Take(c.OwnParts).Contains(wanted, StringComparer.OrdinalIgnoreCase));
            if (found.Count > 0)
                return own.Count > 0 ? own : found;
        }
        return part.Length < ChipNames.Shortest ? [] : [.. AllNor.Where(c => c.Chip.Parts.Any(pattern => ChipNames.IsCovered(part, pattern)))];
    }

    /// <summary>Names that one might have meant, the nearest first; at the most five.</summary>
    public IReadOnlyList<string> Near(string name) =>
        ChipNames.Near(ChipNames.PartOf(name), AllNor.SelectMany(c => c.Chip.Parts).Concat(AllNand.SelectMany(c => c.Parts)));

    private IEnumerable<ChipCandidate> Candidates(int line) => ChipFacts.Of(_data.Read(line));

    private SpiNandChip Nand(int line) => ChipFacts.Nand(_data.Read(line));

    /// <summary>Lines of NOR chips that have a text in them.</summary>
    private IEnumerable<int> Lines(byte[] text) =>
        Enumerable.Range(0, _data.Count).Where(line => !_data.IsNand(line) && _data.TextOf(line).IndexOf(text) >= 0);

    private List<ChipRecord> Best(ReadOnlySpan<byte> answer, bool isNand, Func<ReadOnlySpan<byte>, bool> method)
    {
        List<ChipRecord> found = [];
        Span<byte> id = stackalloc byte[8];
        int best = 1;
        for (int line = 0; line < _data.Count; line++)
        {
            if (_data.IsNand(line) != isNand || !method(_data.MethodOf(line)))
                continue;
            int length = ChipId.Decode(_data.IdOf(line), id);
            int score = ChipId.Score(answer, id[..length], _data.MethodOf(line).SequenceEqual("RDID_EXT"u8));
            if (score > best)
                found.Clear();
            if (score >= best)
                found.Add(_data.Read(line));
            best = Math.Max(best, score);
        }
        return found;
    }

    private List<ChipCandidate> Exact(ReadOnlySpan<byte> answer, Func<ReadOnlySpan<byte>, bool> method)
    {
        List<ChipCandidate> found = [];
        Span<byte> id = stackalloc byte[8];
        for (int line = 0; line < _data.Count; line++)
        {
            if (!_data.IsNand(line) && method(_data.MethodOf(line)) && answer.SequenceEqual(id[..ChipId.Decode(_data.IdOf(line), id)]))
                found.AddRange(Candidates(line));
        }
        return found;
    }
}
