using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

/// <summary>
/// Unpacks every block of every file, once: what a kernel does only when somebody reads the file. Blocks that are stored as they are have
/// nothing to prove them by but their length.
/// </summary>
internal sealed class SquashfsProof
{
    private const int MostFlaws = 8, Stored = 1 << 24;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly SquashfsSuperblock _super;
    private readonly SquashfsReader _reader;
    private readonly ReadBudget _budget;
    private readonly int _at;
    private readonly ulong[] _seen;
    private readonly ImmutableArray<Flaw>.Builder _flaws = ImmutableArray.CreateBuilder<Flaw>();
    private Dictionary<ulong, string>? _names;

    private SquashfsProof(in FormatInput input, in SquashfsSuperblock super, SquashfsReader reader)
    {
        (_bytes, _super, _reader, _budget, _at) = (input.Image[input.At..input.End], super, reader, input.Budget, input.At);
        _seen = new ulong[((int)super.InodeTable / 64) + 1];
    }

    /// <summary>Blocks and fragments that were unpacked or are stored as they are.</summary>
    public int Blocks { get; private set; }

    /// <summary>Every block that there is was looked at; false when the budget was spent, or the compression is not known here.</summary>
    public bool Complete { get; private set; } = true;

    public ImmutableArray<Flaw> Flaws => _flaws.ToImmutable();

    /// <summary>Proves what the tables, which are whole, lead to.</summary>
    public static SquashfsProof Of(in FormatInput input, in SquashfsSuperblock super, SquashfsReader reader)
    {
        SquashfsProof proof = new(input, super, reader);
        proof.Run();
        return proof;
    }

    private long DataEnd => (long)_super.InodeTable;

    private bool Goes => Complete && _flaws.Count < MostFlaws;

    private void Run()
    {
        ReadOnlySpan<byte> fragments = _reader.Fragments.Plain;
        int count = (int)Math.Min(_super.Fragments, (uint)fragments.Length / 16);
        int[] lengths = new int[count];
        Dictionary<int, string> broken = [];
        for (int i = 0; i < count && Goes && broken.Count < MostFlaws; i++)
        {
            ReadOnlySpan<byte> entry = fragments.Slice(i * 16, 16);
            (lengths[i], string? why) = Prove((long)Math.Min(entry.Le64(0), long.MaxValue), entry.Le32(8));
            if (why is not null)
                broken[i] = why;
        }
        SquashfsInodes inodes = new(_reader.Inodes, _super.BlockSize);
        while (Goes && inodes.TryNext(out SquashfsContent file))
        {
            ProveFile(file);
            if (!file.HasFragment || !Goes)
                continue;
            long tail = file.Size % _super.BlockSize;
            if (file.Fragment >= count)
                Tell(file, -1, $"its tail is in fragment {file.Fragment:N0} of {_super.Fragments:N0}");
            else if (broken.Remove((int)file.Fragment, out string? why))
                Tell(file, PlaceOf(fragments, (int)file.Fragment), $"in the fragment with its tail, {why}");
            else if (lengths[file.Fragment] >= 0 && file.Offset + tail > lengths[file.Fragment])
                Tell(file, PlaceOf(fragments, (int)file.Fragment), $"its tail ends at {file.Offset + tail:N0} in a fragment of {lengths[file.Fragment]:N0} bytes");
        }
        foreach ((int fragment, string why) in broken.OrderBy(pair => pair.Key))
            Add(new Flaw(FlawCode.DataBlock, $"fragment {fragment:N0}: {why}", _at + (int)Math.Max(0, PlaceOf(fragments, fragment))));
        Complete &= inodes.AtEnd || _flaws.Count > 0;
    }

    private static long PlaceOf(ReadOnlySpan<byte> fragments, int fragment) =>
        (long)Math.Min(fragments.Le64(fragment * 16), int.MaxValue / 2);

    private void ProveFile(in SquashfsContent file)
    {
        long at = file.At;
        long blocks = file.Blocks(_super.BlockSize);
        for (int i = 0; i < blocks && Goes; i++)
        {
            uint length = _reader.Inodes.Plain.Le32(file.Sizes + (i * 4));
            if (length == 0)
                continue; // a hole
            if (at < DataEnd && !Seen(at))
            {
                long wanted = Math.Min(_super.BlockSize, file.Size - (i * (long)_super.BlockSize));
                (int plain, string? why) = Prove(at, length);
                if (why is null && Complete && plain != wanted)
                    why = $"{plain:N0} bytes come out, {wanted:N0} must";
                if (why is not null)
                    Tell(file, at, why);
            }
            else if (at >= DataEnd)
            {
                Tell(file, -1, "a block lies behind the data");
                return;
            }
            at += length & ~Stored;
        }
    }

    /// <summary>Plain bytes of a block (-1 for none), and what is wrong with it.</summary>
    private (int Plain, string? Wrong) Prove(long at, uint length)
    {
        int packed = (int)(length & (Stored - 1));
        if (at < SquashfsSuperblock.Size || packed == 0 || at + packed > DataEnd)
            return (-1, $"{packed:N0} bytes at 0x{at:x} are not in the data");
        Blocks++;
        if ((length & Stored) != 0)
            return packed <= _super.BlockSize ? (packed, null) : (-1, $"a block of {packed:N0} bytes is stored, {_super.BlockSize:N0} is the size");
        if (_budget.Provable < _super.BlockSize)
        {
            Complete = false;
            return (-1, null);
        }
        (byte[]? plain, string? wrong) = SquashfsPacking.Unpack(_super.Compression, _bytes.Span.Slice((int)at, packed), (int)_super.BlockSize);
        _budget.SpendProof(plain?.Length ?? (long)_super.BlockSize);
        Complete &= plain is not null || wrong is not null;
        return (plain?.Length ?? -1, wrong);
    }

    /// <summary>Files with the same content share their blocks.</summary>
    private bool Seen(long at)
    {
        ref ulong word = ref _seen[at / 64];
        ulong bit = 1UL << (int)(at % 64);
        bool seen = (word & bit) != 0;
        word |= bit;
        return seen;
    }

    private void Tell(in SquashfsContent file, long at, string why)
    {
        _names ??= NamesByInode();
        string name = _names.GetValueOrDefault(file.Inode, "a file without a name");
        Add(new Flaw(FlawCode.DataBlock, $"{name}: {why}", at < 0 ? -1 : _at + (int)at));
    }

    private Dictionary<ulong, string> NamesByInode()
    {
        Dictionary<ulong, string> names = [];
        foreach (SquashfsFile file in _reader.Files())
            names.TryAdd(file.Inode, file.Path);
        return names;
    }

    private void Add(Flaw flaw)
    {
        if (_flaws.Count < MostFlaws)
            _flaws.Add(flaw);
    }
}
