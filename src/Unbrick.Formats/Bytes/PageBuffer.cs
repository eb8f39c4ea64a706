using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Unbrick.Formats.Bytes;

/// <summary>
/// Megabytes for a moment, outside of the collected heap: the system gives pages to what is touched, not to what was asked for, and takes them
/// back at once. An allocator would keep them, and the collector does not hurry.
/// </summary>
internal sealed unsafe class PageBuffer : MemoryManager<byte>
{
    private readonly MemoryMappedFile _pages;
    private readonly MemoryMappedViewAccessor _view;
    private readonly int _length;
    private byte* _bytes;

    /// <param name="length">Bytes, more than 0; all of them are 0.</param>
    public PageBuffer(int length)
    {
        _pages = MemoryMappedFile.CreateNew(null, length);
        _view = _pages.CreateViewAccessor(0, length);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _bytes);
        _length = length;
    }

    public override Span<byte> GetSpan() => _bytes is null ? [] : new Span<byte>(_bytes, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_bytes + elementIndex);

    public override void Unpin()
    {
        // It never moves.
    }

    /// <summary>Gives the pages back; what still looks at them must not be used any more.</summary>
    protected override void Dispose(bool disposing)
    {
        if (_bytes is null)
            return;
        _bytes = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _pages.Dispose();
    }
}
