using Unbrick.E2E.Lab;
using Unbrick.Hardware.Serial.Transfer;

namespace Unbrick.E2E;

/// <summary>X/Ymodem and Kermit against the programs that everybody uses: lrzsz and C-Kermit.</summary>
public sealed class TransferPeerTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Theory]
    [InlineData("rb")]
    [InlineData("rx", "-c", "out.bin")]
    [InlineData("rx", "out.bin")]
    public void Lrzsz_receives_what_is_sent(params string[] command)
    {
        Needs.Programs(command[0]);
        byte[] file = Make(100_000);
        bool batch = command[0] == "rb";
        using ProcessLine line = new(_scratch.Beside("."), command);
        IFileSender sender = batch ? new YmodemSender(file, "out.bin") : new XmodemSender(file);
        Assert.True(FileTransfer.Send(line, sender, TimeProvider.System, cancel: TestContext.Current.CancellationToken), $"{sender.Fault} at {sender.Acknowledged}");
        line.Wait();
        byte[] got = File.ReadAllBytes(_scratch.Beside("out.bin"));
        Assert.Equal(file, got[..file.Length]);
        Assert.True(batch ? got.Length == file.Length : got.AsSpan(file.Length).Trim((byte)0x1A).IsEmpty);
        Assert.Equal(0, sender.Repeats);
    }

    [Theory]
    [InlineData(true, "sb", "in.bin")]
    [InlineData(false, "sx", "in.bin")]
    [InlineData(false, "sx", "-k", "in.bin")]
    public void What_lrzsz_sends_is_received(bool batch, params string[] command)
    {
        Needs.Programs(command[0]);
        byte[] file = Make(50_000);
        File.WriteAllBytes(_scratch.Beside("in.bin"), file);
        using ProcessLine line = new(_scratch.Beside("."), command);
        XmodemReceiver receiver = new(new() { Ymodem = batch });
        Assert.True(FileTransfer.Receive(line, receiver, TimeProvider.System, cancel: TestContext.Current.CancellationToken), $"{receiver.Fault}");
        Assert.Equal(file, receiver.File[..file.Length].ToArray());
        Assert.Equal(batch ? "in.bin" : null, receiver.Name);
        Assert.Equal(batch ? file.Length : receiver.File.Length, receiver.File.Length);
    }

    [Fact]
    public void C_Kermit_receives_what_is_sent()
    {
        Needs.Programs("kermit", "script");
        byte[] file = Make(100_000);
        using ProcessLine line = new(_scratch.Beside("."), "script", "-qfec", "kermit -q -i -r", "/dev/null");
        KermitSender sender = new(file, "out.bin");
        Assert.True(FileTransfer.Send(line, sender, TimeProvider.System, cancel: TestContext.Current.CancellationToken), $"{sender.Fault} {sender.PeerText} at {sender.Acknowledged}");
        line.Wait();
        Assert.Equal(file, File.ReadAllBytes(_scratch.Beside("out.bin")));
    }

    public void Dispose() => _scratch.Dispose();

    private static byte[] Make(int size)
    {
        byte[] file = new byte[size];
        new Random(size).NextBytes(file);
        file[^1] = 0x42;
        return file;
    }
}
