using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Kernel;

// The structure is a row of 4-aligned tokens, big-endian (Devicetree specification 0.4, 5.4):
//   1  node begins: name, NUL, padding      3  property: u32 length, u32 offset of its name in the strings, value, padding
//   2  node ends                            4  nothing        9  the end

/// <summary>
/// The nodes and properties of a flattened device tree, as places in its bytes: nothing is copied. Both plain trees and FIT images are
/// read by it.
/// </summary>
internal sealed class DeviceTree
{
    public const int Root = 0;

    /// <summary>No place: no such node, no such property.</summary>
    public const int None = -1;

    /// <summary>Room for twenty times what the largest boards have; a tree of nothing but empty nodes must not cost more than its file.</summary>
    private const int MostNodes = 1 << 16, MostProperties = 1 << 18, MostDepth = 64;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly List<Node> _nodes = [];
    private readonly List<Property> _properties = [];

    private DeviceTree(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Where in the bytes the first thing stands that cannot be read; -1 when the tree is whole.</summary>
    public int BrokenAt { get; private set; } = None;

    /// <summary>What is wrong there.</summary>
    public string? Broken { get; private set; }

    /// <summary>Reads as far as it can be read; <see cref="Broken"/> says whether that was to the end.</summary>
    public static DeviceTree Read(ReadOnlyMemory<byte> bytes, in DeviceTreeHeader header)
    {
        DeviceTree tree = new(bytes);
        long end = header.Version >= 17 ? (long)header.StructAt + header.StructSize : header.TotalSize;
        tree.Walk(header, Math.Min(bytes.Length, Math.Min(header.TotalSize, end)));
        return tree;
    }

    /// <summary>The children of a node, in their order.</summary>
    public IEnumerable<int> Children(int node)
    {
        for (int child = node < _nodes.Count ? _nodes[node].FirstChild : None; child != None; child = _nodes[child].Next)
            yield return child;
    }

    /// <summary>The child with that name, or <see cref="None"/>.</summary>
    public int Child(int node, ReadOnlySpan<byte> name)
    {
        for (int child = node < _nodes.Count ? _nodes[node].FirstChild : None; child != None; child = _nodes[child].Next)
        {
            if (RawName(child).SequenceEqual(name))
                return child;
        }
        return None;
    }

    public ReadOnlySpan<byte> RawName(int node) => _bytes.Span.Slice(_nodes[node].NameAt, _nodes[node].NameLength);

    public string Name(int node) => SafeText.Show(RawName(node));

    /// <summary>The value of a property with its place in the bytes, or false.</summary>
    public bool TryValue(int node, ReadOnlySpan<byte> name, out int at, out int length)
    {
        ReadOnlySpan<byte> bytes = _bytes.Span;
        for (int i = node < _nodes.Count ? _nodes[node].FirstProperty : None; i != None; i = _properties[i].Next)
        {
            Property property = _properties[i];
            if (!bytes.Has(name, property.NameAt) || property.NameAt + name.Length >= bytes.Length || bytes[property.NameAt + name.Length] != 0)
                continue;
            (at, length) = (property.At, property.Length);
            return true;
        }
        (at, length) = (None, 0);
        return false;
    }

    /// <summary>The bytes of a property; empty when there is none.</summary>
    public ReadOnlySpan<byte> Value(int node, ReadOnlySpan<byte> name) =>
        TryValue(node, name, out int at, out int length) ? _bytes.Span.Slice(at, length) : [];

    /// <summary>The text of a property up to its NUL; empty when there is none.</summary>
    public ReadOnlySpan<byte> RawText(int node, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> value = Value(node, name);
        return value.Field(0, value.Length);
    }

    /// <summary>The same, safe to show; null when there is none.</summary>
    public string? Text(int node, ReadOnlySpan<byte> name) => TryValue(node, name, out _, out _) ? SafeText.Show(RawText(node, name)) : null;

    /// <summary>A number of one cell, or of two (load addresses of 64 bits); null when there is none.</summary>
    public ulong? Number(int node, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> value = Value(node, name);
        return value.Length switch
        {
            4 => value.Be32(0),
            8 => BinaryPrimitives.ReadUInt64BigEndian(value),
            _ => null,
        };
    }

    /// <summary>The texts of a list such as <c>compatible</c>; at most 32, which is more than any board has.</summary>
    public ImmutableArray<string> Texts(int node, ReadOnlySpan<byte> name)
    {
        ImmutableArray<string>.Builder texts = ImmutableArray.CreateBuilder<string>();
        ReadOnlySpan<byte> value = Value(node, name);
        while (!value.IsEmpty && texts.Count < 32)
        {
            int end = value.IndexOf((byte)0);
            texts.Add(SafeText.Show(end < 0 ? value : value[..end]));
            value = end < 0 ? [] : value[(end + 1)..];
        }
        return texts.DrainToImmutable();
    }

    private void Walk(in DeviceTreeHeader header, long end)
    {
        ReadOnlySpan<byte> bytes = _bytes.Span;
        Stack<(int Node, int LastChild, int LastProperty)> open = new();
        long at = header.StructAt;
        while (true)
        {
            if (at + 4 > end)
            {
                Stop((int)Math.Min(at, bytes.Length), "the structure ends without its end token");
                return;
            }
            int token = (int)at;
            at += 4;
            switch (bytes.Be32(token))
            {
                case 1:
                    int length = bytes[(int)at..(int)end].IndexOf((byte)0);
                    if (length < 0 || open.Count >= MostDepth || _nodes.Count >= MostNodes || (_nodes.Count > 0 && open.Count == 0))
                    {
                        Stop(token, "a node has no end of its name, or there are too many, or two roots");
                        return;
                    }
                    AddNode(open, new Node((int)at, length));
                    at = at + length + 4 & ~3L;
                    break;
                case 2 when open.Count > 0:
                    open.Pop();
                    break;
                case 3 when open.Count > 0 && at + 8 <= end:
                    uint size = bytes.Be32((int)at);
                    long name = (long)header.StringsAt + bytes.Be32((int)at + 4);
                    if (at + 8 + size > end || name >= bytes.Length || _properties.Count >= MostProperties)
                    {
                        Stop(token, $"a property of {size:N0} bytes lies beyond the end");
                        return;
                    }
                    AddProperty(open, new Property((int)name, (int)at + 8, (int)size));
                    at = at + 8 + size + 3 & ~3L;
                    break;
                case 4:
                    break;
                case 9 when open.Count == 0 && _nodes.Count > 0:
                    return;
                default:
                    Stop(token, $"0x{bytes.Be32(token):x8} is no token that may stand here");
                    return;
            }
        }
    }

    private void AddNode(Stack<(int Node, int LastChild, int LastProperty)> open, Node node)
    {
        int added = _nodes.Count;
        _nodes.Add(node);
        if (open.TryPop(out (int Node, int LastChild, int LastProperty) parent))
        {
            if (parent.LastChild == None)
                _nodes[parent.Node] = _nodes[parent.Node] with { FirstChild = added };
            else
                _nodes[parent.LastChild] = _nodes[parent.LastChild] with { Next = added };
            open.Push(parent with { LastChild = added });
        }
        open.Push((added, None, None));
    }

    private void AddProperty(Stack<(int Node, int LastChild, int LastProperty)> open, Property property)
    {
        (int Node, int LastChild, int LastProperty) owner = open.Pop();
        int added = _properties.Count;
        _properties.Add(property);
        if (owner.LastProperty == None)
            _nodes[owner.Node] = _nodes[owner.Node] with { FirstProperty = added };
        else
            _properties[owner.LastProperty] = _properties[owner.LastProperty] with { Next = added };
        open.Push(owner with { LastProperty = added });
    }

    private void Stop(int at, string why) => (BrokenAt, Broken) = (at, why);

    private readonly record struct Node(int NameAt, int NameLength, int FirstChild = None, int Next = None, int FirstProperty = None);

    private readonly record struct Property(int NameAt, int At, int Length, int Next = None);
}
