using System.Buffers.Binary;
using Unbrick.Sim;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Network;

namespace Unbrick.Tests.Sim;

public sealed class FaultyCableTests
{
    [Fact]
    public void A_frame_takes_its_line_time_and_frames_queue_behind_each_other()
    {
        Line line = new("rate=10M");
        line.Send(2, length: 101);
        Assert.Equal(["0@100us", "1@200us"], line.Run());
    }

    [Fact]
    public void Delay_adds_to_the_line_time()
    {
        Line line = new("rate=10M,delay=2ms");
        line.Send(1, length: 101);
        Assert.Equal(["0@2100us"], line.Run());
    }

    [Fact]
    public void Loss_is_about_as_much_as_asked_for_and_counted()
    {
        Line line = new("loss=10%,seed=3");
        List<string> arrived = line.SendSpaced(10_000);
        Assert.InRange(10_000 - arrived.Count, 900, 1100);
        Assert.Equal(10_000 - arrived.Count, line.Cable.Down.Lost);
        Assert.Equal(10_000, line.Cable.Down.Sent);
    }

    [Fact]
    public void The_same_seed_loses_the_same_frames_and_another_seed_others()
    {
        Assert.Equal(new Line("loss=10%,seed=3").SendSpaced(500), new Line("loss=10%,seed=3").SendSpaced(500));
        Assert.NotEqual(new Line("loss=10%,seed=3").SendSpaced(500), new Line("loss=10%,seed=4").SendSpaced(500));
    }

    [Fact]
    public void Other_faults_do_not_change_which_frames_are_lost()
    {
        List<string> Survivors(string faults) => [.. new Line(faults).SendSpaced(500).Select(a => a.Split('@')[0]).Distinct().Order()];
        Assert.Equal(Survivors("loss=10%,seed=3"), Survivors("loss=10%,dup=20%,reorder=20%,delay=1ms,seed=3"));
    }

    [Fact]
    public void Faults_strike_independently_of_each_other()
    {
        Line line = new("loss=20%,dup=20%,reorder=20%,seed=3");
        line.SendSpaced(1000);
        Assert.InRange(line.Cable.Down.Duplicated, 120, 200);
        Assert.InRange(line.Cable.Down.Reordered, 120, 200);
    }

    [Fact]
    public void A_duplicate_follows_its_frame()
    {
        Line line = new("dup=100%,rate=10M");
        line.Send(1, length: 101);
        Assert.Equal(["0@100us", "0@101us"], line.Run());
        Assert.Equal(1, line.Cable.Down.Duplicated);
    }

    [Fact]
    public void A_reordered_frame_is_overtaken()
    {
        List<string> order = [.. new Line("reorder=10%,rate=10M,seed=3").SendSpaced(200).Select(a => a.Split('@')[0])];
        Assert.Equal(200, order.Count);
        Assert.NotEqual(order.OrderBy(int.Parse), order);
    }

    [Fact]
    public void Without_carrier_frames_are_lost_and_a_flap_kills_what_is_on_the_wire()
    {
        Line line = new("flap=10ms+5ms,delay=4ms");
        List<(string, bool)> carrier = [];
        line.Cable.CarrierChanged += () => carrier.Add(($"{line.Time.Elapsed.TotalMilliseconds}ms", line.Cable.Carrier));
        line.Send(1);
        line.Time.Advance(TimeSpan.FromMilliseconds(8));
        line.Send(1);
        line.Time.Advance(TimeSpan.FromMilliseconds(4));
        line.Send(1);
        line.Time.Advance(TimeSpan.FromMilliseconds(4));
        line.Send(1);
        Assert.Equal(["0", "3"], line.Run().Select(a => a.Split('@')[0]));
        Assert.Equal([("10ms", false), ("15ms", true)], carrier);
        Assert.Equal(2, line.Cable.Down.Dropped);
    }

    [Fact]
    public void A_sender_that_floods_loses_what_its_queue_does_not_hold()
    {
        Line line = new("rate=10M");
        line.Send(1500);
        Assert.Equal(1000, line.Run().Count);
        Assert.Equal(500, line.Cable.Down.Dropped);
    }

    /// <summary>A cable with a thing at its end that notes what arrives when.</summary>
    private sealed class Line
    {
        private readonly Ear _ear;
        private int _next;

        public Line(string faults)
        {
            _ear = new Ear(Time);
            Cable = new FaultyCable(Time, CableFaultsParser.Parse(faults), _ear, _ => { });
            _ear.PowerOn();
        }

        public VirtualTime Time { get; } = new(DateTimeOffset.UnixEpoch);

        public FaultyCable Cable { get; }

        public void Send(int frames, int length = 60)
        {
            for (int i = 0; i < frames; i++)
            {
                byte[] frame = new byte[length];
                BinaryPrimitives.WriteInt32BigEndian(frame, _next++);
                Cable.SendDown(frame);
            }
        }

        public List<string> SendSpaced(int frames)
        {
            for (int i = 0; i < frames; i++)
            {
                Send(1);
                Time.Advance(TimeSpan.FromMilliseconds(1));
            }
            return Run();
        }

        public List<string> Run()
        {
            Time.Advance(TimeSpan.FromSeconds(2));
            return _ear.Heard;
        }
    }

    private sealed class Ear(VirtualTime time) : SimDevice(time, new MacAddress(1), portSpeedMbit: 100)
    {
        public List<string> Heard { get; } = [];

        public override void PowerOn() => SetLink(true);

        public override void PowerOff() => SetLink(false);

        internal override void Receive(ReadOnlySpan<byte> frame) =>
            Heard.Add($"{BinaryPrimitives.ReadInt32BigEndian(frame)}@{Time.Elapsed.TotalMicroseconds}us");
    }
}
