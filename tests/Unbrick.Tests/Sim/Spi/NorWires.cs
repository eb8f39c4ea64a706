using Unbrick.Sim;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Sim.Spi;

/// <summary>A simulated chip on a bench, driven by bytes as a data sheet writes them.</summary>
internal sealed class NorWires : IDisposable
{
    public NorWires(string model, byte[]? content = null, SimSpiTiming? timing = null, ulong seed = 1)
    {
        Chip = new SimNor(SimNorModels.Find(model)!, content, seed);
        Master = new SimSpiMaster(Chip, Time, timing);
    }

    public VirtualTime Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public SimNor Chip { get; }

    public SimSpiMaster Master { get; }

    public byte Status => Ask("05", 1)[0];

    /// <summary>One chip-select; hex with blanks.</summary>
    public byte[] Ask(string write, int read = 0)
    {
        byte[] answer = new byte[read];
        Master.Transfer(Convert.FromHexString(write.Replace(" ", "", StringComparison.Ordinal)), answer);
        return answer;
    }

    public string AskHex(string write, int read) => Convert.ToHexStringLower(Ask(write, read));

    /// <summary>WREN, the command, and the wait for its end; the time it was busy.</summary>
    public TimeSpan Change(string write)
    {
        Ask("06");
        TimeSpan begin = Change(() => Ask(write));
        return Time.Elapsed - begin;
    }

    /// <summary>Programs bytes at an address of three bytes.</summary>
    public void Program(int address, params byte[] data)
    {
        Ask("06");
        byte[] command = [0x02, (byte)(address >> 16), (byte)(address >> 8), (byte)address, .. data];
        Change(() => Master.Transfer(command, []));
    }

    public byte[] Read(int address, int length) => Ask($"03 {address:x6}", length);

    public void Dispose() => Master.Dispose();

    private TimeSpan Change(Action command)
    {
        command();
        TimeSpan begin = Time.Elapsed;
        while ((Status & 1) != 0)
            Time.Advance(TimeSpan.FromMicroseconds(10));
        return begin;
    }
}
