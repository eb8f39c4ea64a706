using Unbrick.Hardware.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Hardware.Spi;

/// <summary>A simulated chip, wires that can be bad, and the flash that a job sees behind them.</summary>
internal sealed class SpiBench : IDisposable
{
    public SpiBench(string model, byte[]? content = null, SimSpiTiming? timing = null, Func<SpiChip, SpiChip>? change = null)
    {
        Sim = new SimNor(SimNorModels.Find(model)!, content, seed: 1);
        Master = new SimSpiMaster(Sim, Time, timing);
        Wires = new(Master);
        Flash = new(Wires, change is null ? ChipOf(Sim.Model) : change(ChipOf(Sim.Model)), Time);
    }

    public VirtualTime Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public SimNor Sim { get; }

    public SimSpiMaster Master { get; }

    public BadWires Wires { get; }

    public SpiFlash Flash { get; }

    public Span<byte> Content => Sim.Content.Span;

    public EraseCommand Sector => Flash.Chip.Erases[0];

    public EraseCommand Block => Flash.Chip.Erases[^1];

    /// <summary>Seeded bytes that are not FF.</summary>
    public static byte[] Data(int length, int seed = 1)
    {
        byte[] data = new byte[length];
        new Random(seed).NextBytes(data);
        for (int i = 0; i < length; i++)
            data[i] = (byte)Math.Min(data[i], (byte)0xFE);
        return data;
    }

    public static SpiChip ChipOf(SimNorModel model) => new()
    {
        Name = model.Name,
        Jedec = Convert.ToHexStringLower(model.Jedec.AsSpan()),
        Size = model.Size,
        Page = model.Page,
        Erases = model.Erases,
        Security = model.Security,
        StatusBytes = model.Status is NorStatusRegisters.TwoTogether or NorStatusRegisters.Three ? 2 : 1,
        Complement = model.Status is NorStatusRegisters.One or NorStatusRegisters.StatusAndConfiguration ? null : new(2, 0x40),
        IndividualLocks = model.Status is NorStatusRegisters.Three ? new(3, 0x04) : null,
        HasStatus2 = model.Status is NorStatusRegisters.TwoTogether or NorStatusRegisters.Three or NorStatusRegisters.ThreeApart,
        HasStatus3 = model.Status is NorStatusRegisters.Three or NorStatusRegisters.ThreeApart,
        HasVolatileStatus = model.Status is not (NorStatusRegisters.One or NorStatusRegisters.StatusAndConfiguration),
        ProtectBits = model.ProtectBits == 4 ? (byte)0x3C : (byte)0x1C,
        Addresses = model.Size <= 1 << 24 ? FourByteAddresses.None
            : (model.FourByte & FourByteWays.Writes) != 0 ? FourByteAddresses.Commands
            : (model.FourByte & FourByteWays.ModeAfterWriteEnable) != 0 ? FourByteAddresses.ModeAfterWriteEnable : FourByteAddresses.Mode,
    };

    public void Dispose() => Master.Dispose();
}
