using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Ch341a;
using Unbrick.Hardware.Usb;
using Unbrick.Sim;

namespace Unbrick.Tests.Hardware.Spi.Ch341a;

public sealed class Ch341aMasterTests
{
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);

    /// <summary>Answers each byte with its place in the chip-select, so that a byte in the wrong place is seen.</summary>
    private static byte Count(IReadOnlyList<byte> shifted) => (byte)(shifted.Count - 1);

    [Fact]
    public void The_start_clears_what_another_run_left_and_the_end_lets_go_of_the_pins()
    {
        FakeCh341a device = new(_time);
        Ch341aMaster master = Ch341aMaster.Open(device, _time);
        Assert.Equal([(0x40, 0xB2)], device.Requests);
        Assert.Equal(["aa6100", "abb77f20"], device.Packets);
        Assert.Equal((0x37, 0x3F), (device.PinsOut, device.PinsDirection));
        Assert.Equal(("CH341A, USB bus 1 port 2", 5000, true), (master.Info.Name, master.Info.OutputMillivolts, master.Info.IsQueued));

        master.Dispose();
        master.Dispose();

        Assert.Equal("abb74020", device.Packets[^1]);
        Assert.Equal((0x37, 0), (device.PinsOut, device.PinsDirection));
        Assert.True(device.IsDisposed);
    }

    [Theory]
    [InlineData(UsbStatus.Done)]
    [InlineData(UsbStatus.Stalled)] // a copy of the chip that does not know the request
    public void Answers_that_an_earlier_run_did_not_fetch_are_not_taken_for_later_ones(UsbStatus clear)
    {
        using Ch341aMaster master = Ch341aMaster.Open(new FakeCh341a(_time, Count) { ControlStatus = clear, Stale = 3 }, _time);
        byte[] got = new byte[2];
        master.Transfer([1], got);
        Assert.Equal([1, 2], got);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 27)]
    [InlineData(4, 28)]
    [InlineData(31, 0)]
    [InlineData(260, 0)]
    [InlineData(4, 70_000)]
    public void A_transfer_is_one_chip_select_and_gets_what_follows_its_own_bytes(int write, int read)
    {
        FakeCh341a device = new(_time, Count);
        using Ch341aMaster master = Ch341aMaster.Open(device, _time);
        byte[] sent = [.. Enumerable.Range(0, write).Select(i => (byte)(i * 7))], got = new byte[read];

        master.Transfer(sent, got);

        Assert.Equal(Enumerable.Range(write, read).Select(i => (byte)i), got);
        master.Dispose();
        byte[] shifted = Assert.Single(device.Selects);
        Assert.Equal(sent, shifted[..write]);
        Assert.Equal(write + read, shifted.Length);
    }

    [Fact]
    public void Many_chip_selects_are_on_their_way_before_the_first_answer()
    {
        FakeCh341a device = new(_time, Count);
        using Ch341aMaster master = Ch341aMaster.Open(device, _time);
        List<int> told = [];
        SpiTransfer[] transfers = [.. Enumerable.Range(0, 300).Select(i => new SpiTransfer(new byte[] { (byte)i, 0 }, new byte[1 + (i % 5)]))];

        int count = master.Queue(transfers, transfer =>
        {
            told.Add(Array.IndexOf(transfers, transfer));
            return true;
        });

        Assert.Equal(300, count);
        Assert.Equal(Enumerable.Range(0, 300), told);
        Assert.All(transfers, transfer => Assert.Equal(Enumerable.Range(2, transfer.Read.Length).Select(i => (byte)i), transfer.Read.ToArray()));
        Assert.InRange(device.MostOut, 60, 64);
    }

    [Fact]
    public void After_a_no_nothing_more_is_taken_and_what_is_half_sent_is_still_sent_to_its_end()
    {
        FakeCh341a device = new(_time, Count);
        using Ch341aMaster master = Ch341aMaster.Open(device, _time);
        int taken = 0;
        IEnumerable<SpiTransfer> Pages()
        {
            for (; ; taken++)
                yield return new(new byte[3000], Memory<byte>.Empty);
        }

        int count = master.Queue(Pages(), _ => false);

        Assert.Equal(1, count);
        Assert.InRange(taken, 1, 64);
        master.Transfer([0x9F], new byte[3]);
        master.Dispose();
        Assert.All(device.Selects.SkipLast(1), shifted => Assert.Equal(3000, shifted.Length));
        Assert.Equal(4, device.Selects[^1].Length);
    }

    [Fact]
    public void A_read_that_nobody_waits_for_is_cut_off()
    {
        FakeCh341a device = new(_time, Count);
        using Ch341aMaster master = Ch341aMaster.Open(device, _time);
        SpiTransfer[] two = [new(new byte[] { 5 }, new byte[1]), new(new byte[] { 3, 0, 0, 0 }, new byte[16 << 20])];

        Assert.Equal(1, master.Queue(two, _ => false));

        byte[] again = new byte[2];
        master.Transfer([1], again);
        Assert.Equal([1, 2], again);
        Assert.InRange(device.Selects[1].Length, 4, 1 << 17);
    }

    [Fact]
    public void When_the_caller_throws_the_programmer_stays_in_order()
    {
        FakeCh341a device = new(_time, Count);
        using Ch341aMaster master = Ch341aMaster.Open(device, _time);
        SpiTransfer[] many = [.. Enumerable.Range(0, 100).Select(_ => new SpiTransfer(new byte[40], new byte[40]))];

        Assert.Throws<TimeZoneNotFoundException>(() => master.Queue(many, _ => throw new TimeZoneNotFoundException()));
        Assert.Throws<ArgumentOutOfRangeException>(() => master.Queue([new(Memory<byte>.Empty, new byte[1])], _ => true));
        Assert.Throws<InvalidOperationException>(() => master.Queue(many, _ => master.Queue(many, _ => true) > 0));

        byte[] again = new byte[2];
        master.Transfer([1], again);
        Assert.Equal([1, 2], again);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    public void Pulled_out_in_the_middle_it_is_gone_at_once_and_stays_so(int select)
    {
        FakeCh341a device = new(_time, Count);
        Ch341aMaster master = Ch341aMaster.Open(device, _time);
        device.Selected = count => device.IsGone |= count == select;

        ProgrammerException e = Assert.Throws<ProgrammerException>(() => master.Queue(Long(), _ => true));
        Assert.Equal(ProgrammerFault.Gone, e.Fault);
        Assert.Equal(ProgrammerFault.Gone, Assert.Throws<ProgrammerException>(() => master.Transfer([0x9F], new byte[3])).Fault);
        master.Dispose();
        Assert.True(device.IsDisposed);
    }

    [Fact]
    public void A_device_that_takes_nothing_more_is_given_up_within_seconds_and_can_be_used_when_it_is_back()
    {
        FakeCh341a device = new(_time, Count);
        using Ch341aMaster master = Ch341aMaster.Open(device, _time);
        device.Selected = count => device.Hangs |= count == 5;

        ProgrammerException e = Assert.Throws<ProgrammerException>(() => master.Queue(Long(), _ => true));

        Assert.Equal(ProgrammerFault.TimedOut, e.Fault);
        Assert.InRange(_time.Elapsed.TotalSeconds, 1, 30);
        device.Hangs = false;
        byte[] again = new byte[2];
        master.Transfer([1], again);
        Assert.Equal([1, 2], again);
        Assert.Equal((0x40, 0xB2), device.Requests[^1]);
    }

    [Theory]
    [InlineData(UsbStatus.Failed, ProgrammerFault.TimedOut)]
    [InlineData(UsbStatus.Stalled, ProgrammerFault.TimedOut)]
    [InlineData(UsbStatus.Overflow, ProgrammerFault.Garbled)]
    public void A_fault_of_the_line_ends_the_queue_and_the_next_one_works(UsbStatus end, ProgrammerFault fault)
    {
        FakeCh341a device = new(_time, Count);
        using Ch341aMaster master = Ch341aMaster.Open(device, _time);
        device.Selected = count =>
        {
            if (count == 20)
                device.NextEnd = end;
        };

        Assert.Equal(fault, Assert.Throws<ProgrammerException>(() => master.Queue(Long(), _ => true)).Fault);

        byte[] again = new byte[2];
        master.Transfer([1], again);
        Assert.Equal([1, 2], again);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(32)]
    public void An_answer_of_another_length_is_garbled(int length)
    {
        FakeCh341a device = new(_time, Count);
        using Ch341aMaster master = Ch341aMaster.Open(device, _time);
        device.Answering = _ => new byte[length];

        Assert.Equal(ProgrammerFault.Garbled, Assert.Throws<ProgrammerException>(() => master.Transfer([0x9F], new byte[3])).Fault);

        device.Answering = answer => answer;
        byte[] again = new byte[2];
        master.Transfer([1], again);
        Assert.Equal([1, 2], again);
    }

    private static IEnumerable<SpiTransfer> Long()
    {
        for (int i = 0; i < 100_000; i++) // not for ever: a fault that does not come must fail, not hang
            yield return new(new byte[] { 5 }, new byte[100]);
    }
}
