using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unbrick.Formats.Scan;

/// <summary>
/// All patterns of all formats, found in one pass. Of each pattern the two neighbouring bytes that are rarest in firmware are its key; a table
/// over all 65,536 pairs tells at each place whether a key stands there, eight places a step. Runs of 00 and FF are skipped.
/// </summary>
internal sealed class PatternIndex
{
    private const int Step = 8;

    private readonly byte[] _groupOf = new byte[1 << 16];
    private readonly List<Entry>[] _groups;

    /// <summary>No key is this byte twice, so a run of it has no key inside.</summary>
    private readonly bool _skipZeros, _skipOnes;

    public PatternIndex(ImmutableArray<IFirmwareFormat> formats)
    {
        Formats = formats;
        List<List<Entry>> groups = [[]];
        for (int format = 0; format < formats.Length; format++)
        {
            foreach (BytePattern pattern in formats[format].Patterns)
            {
                int key = RarestPair(pattern.Bytes);
                ref byte group = ref _groupOf[pattern.Bytes[key] | (pattern.Bytes[key + 1] << 8)];
                if (group == 0)
                {
                    group = checked((byte)groups.Count);
                    groups.Add([]);
                }
                groups[group].Add(new Entry(format, pattern, pattern.Offset + key));
                Reach = Math.Max(Reach, pattern.Offset + key);
            }
        }
        _groups = [.. groups];
        _skipZeros = _groupOf[0] == 0;
        _skipOnes = _groupOf[0xFFFF] == 0;
    }

    /// <summary>For the formats of <see cref="FormatRegistry"/>.</summary>
    public static PatternIndex Registered { get; } = new(FormatRegistry.All);

    public ImmutableArray<IFirmwareFormat> Formats { get; }

    /// <summary>How far behind the beginning of a thing its key may stand.</summary>
    public int Reach { get; }

    /// <summary>Adds the candidates whose keys begin in <c>[from, to)</c> of the stretch, unsorted.</summary>
    /// <param name="stretch">What is searched; things begin and end in it, and alignments count from its beginning.</param>
    /// <param name="from">First place.</param>
    /// <param name="to">Behind the last place.</param>
    /// <param name="candidates">Gets them.</param>
    public void Search(ReadOnlySpan<byte> stretch, int from, int to, List<Candidate> candidates)
    {
        to = Math.Min(to, stretch.Length - 1); // a key has two bytes
        ref byte bytes = ref MemoryMarshal.GetReference(stretch);
        ref byte table = ref MemoryMarshal.GetArrayDataReference(_groupOf);
        int at = from;
        int lastStep = Math.Min(to, stretch.Length - sizeof(ulong)) - Step;
        while (at <= lastStep)
        {
            ulong v = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, at));
            if (v == 0 && _skipZeros || v == ulong.MaxValue && _skipOnes)
            {
                int run = stretch[at..to].IndexOfAnyExcept((byte)v);
                at = run < 0 ? to : at + Math.Max(run - 1, 1);
                continue;
            }
            uint next = Unsafe.Add(ref bytes, at + Step);
            int hit = Unsafe.Add(ref table, (int)(v & 0xFFFF)) | Unsafe.Add(ref table, (int)(v >> 8 & 0xFFFF))
                | Unsafe.Add(ref table, (int)(v >> 16 & 0xFFFF)) | Unsafe.Add(ref table, (int)(v >> 24 & 0xFFFF))
                | Unsafe.Add(ref table, (int)(v >> 32 & 0xFFFF)) | Unsafe.Add(ref table, (int)(v >> 40 & 0xFFFF))
                | Unsafe.Add(ref table, (int)(v >> 48)) | Unsafe.Add(ref table, (int)((uint)(v >> 56) | (next << 8)));
            if (hit != 0)
                Try(stretch, at, at + Step, candidates);
            at += Step;
        }
        Try(stretch, at, to, candidates);
    }

    private void Try(ReadOnlySpan<byte> stretch, int from, int to, List<Candidate> candidates)
    {
        for (int at = from; at < to; at++)
        {
            int group = _groupOf[stretch[at] | (stretch[at + 1] << 8)];
            if (group == 0)
                continue;
            foreach (Entry entry in _groups[group])
            {
                int begin = at - entry.KeyAt, name = begin + entry.Pattern.Offset;
                if (begin >= 0 && begin % entry.Pattern.Alignment == 0 && name + entry.Pattern.Bytes.Length <= stretch.Length
                    && stretch.Slice(name, entry.Pattern.Bytes.Length).SequenceEqual(entry.Pattern.Bytes.AsSpan()))
                {
                    candidates.Add(new Candidate(begin, entry.Format));
                }
            }
        }
    }

    private static int RarestPair(ImmutableArray<byte> bytes)
    {
        int best = 0;
        for (int i = 1; i + 1 < bytes.Length; i++)
        {
            if (Commonness(bytes[i]) + Commonness(bytes[i + 1]) < Commonness(bytes[best]) + Commonness(bytes[best + 1]))
                best = i;
        }
        return best;
    }

    /// <summary>A rough weight of how often a byte is met in firmware: filling, then text, then the rest.</summary>
    private static int Commonness(byte value) => value switch
    {
        0 or 0xFF => 16,
        >= (byte)'a' and <= (byte)'z' or (byte)' ' => 3,
        < 8 or >= (byte)'0' and <= (byte)'9' => 2,
        _ => 1,
    };

    /// <summary>A pattern and where, counted from the beginning of the thing, its key stands.</summary>
    private sealed record Entry(int Format, BytePattern Pattern, int KeyAt);
}
