using System.Buffers.Binary;
using Unbrick.Hardware.Spi.Spidev;

namespace Unbrick.Tests.Hardware.Spi.Spidev;

public sealed class SpidevBatchTests
{
    [Fact]
    public void A_command_and_its_answer_are_two_transfers_under_one_chip_select()
    {
        SpidevBatch batch = new(4096);
        byte[] answer = new byte[3];
        Assert.True(batch.TryAdd(new(new byte[] { 0x9F }, answer)));

        Assert.Equal(2 * SpidevBatch.EntrySize, batch.Entries.Length);
        (long sent, long received, int length, byte change) = Entry(batch, 0);
        Assert.NotEqual(0, sent);
        Assert.Equal((0L, 1, (byte)0), (received, length, change));
        (sent, received, length, change) = Entry(batch, 1);
        Assert.NotEqual(0, received);
        Assert.Equal((0L, 3, (byte)0), (sent, length, change));
        new byte[] { 0xEF, 0x40, 0x18 }.CopyTo(batch.Received);
        batch.Share();
        Assert.Equal([0xEF, 0x40, 0x18], answer);
    }

    [Fact]
    public void Between_two_the_chip_select_rises_and_each_gets_its_own_answer()
    {
        SpidevBatch batch = new(4096);
        byte[] first = new byte[2], second = new byte[1];
        Assert.True(batch.TryAdd(new(new byte[] { 0x06 }, Memory<byte>.Empty)));
        Assert.True(batch.TryAdd(new(new byte[] { 0x05 }, first)));
        Assert.True(batch.TryAdd(new(new byte[] { 0x35 }, second)));

        Assert.Equal([1, 0, 1, 0, 0], Enumerable.Range(0, 5).Select(i => (int)Entry(batch, i).Change));
        Assert.Equal([0x06, 0x05, 0x35], batch.Sent[..3].ToArray());
        new byte[] { 1, 2, 3 }.CopyTo(batch.Received);
        batch.Share();
        Assert.Equal([1, 2, 3], [.. first, .. second]);

        batch.Clear();
        Assert.True(batch.TryAdd(new(new byte[] { 0x9F }, first)));
        Assert.Equal([0, 0], Enumerable.Range(0, 2).Select(i => (int)Entry(batch, i).Change));
    }

    [Theory]
    [InlineData(4096, 1, 0, 32)] // 128 bytes of the kernel's memory each
    [InlineData(4096, 260, 0, 10)]
    [InlineData(4096, 1, 4096, 1)]
    [InlineData(1 << 20, 1, 0, 511)] // 14 bits for the size of a message
    [InlineData(1 << 20, 1, 1, 255)]
    public void A_message_holds_what_the_kernel_takes(int room, int write, int read, int most)
    {
        SpidevBatch batch = new(room);
        int count = 0;
        while (count < 1000 && batch.TryAdd(new(new byte[write], new byte[read])))
            count++;
        Assert.Equal(most, count);
    }

    [Fact]
    public void The_limit_is_read_where_the_kernel_says_it_and_else_its_own_default()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "65536\n");
            Assert.Equal(65_536, SpidevMaster.Limit(file));
            File.WriteAllText(file, "much");
            Assert.Equal(4096, SpidevMaster.Limit(file));
        }
        finally
        {
            File.Delete(file);
        }
        Assert.Equal(4096, SpidevMaster.Limit(file));
    }

    private static (long Sent, long Received, int Length, byte Change) Entry(SpidevBatch batch, int index)
    {
        ReadOnlySpan<byte> entry = batch.Entries.Slice(index * SpidevBatch.EntrySize, SpidevBatch.EntrySize);
        return (
            BinaryPrimitives.ReadInt64LittleEndian(entry), BinaryPrimitives.ReadInt64LittleEndian(entry[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(entry[16..]), entry[27]);
    }
}
