using System.Net;
using System.Text;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Serve;

namespace Unbrick.Tests.Recovery.Serve;

/// <summary>Hostile names have come by every TFTP server's way; here none leads out of the folder (CWE-22, CWE-41, CWE-59, CWE-67).</summary>
public sealed class FolderCatalogTests : IDisposable
{
    private static readonly IPEndPoint s_peer = new(IPAddress.Parse("192.168.0.86"), 2345);

    private readonly DirectoryInfo _outside = Directory.CreateTempSubdirectory("unbrick-test-");

    public FolderCatalogTests()
    {
        Directory.CreateDirectory(Path.Combine(Root, "sub"));
        Write("recovery.bin", "recovery");
        Write("sub/x.bin", "x");
        File.WriteAllText(Path.Combine(_outside.FullName, "secret.txt"), "CANARY");
    }

    private string Root => Path.Combine(_outside.FullName, "root");

    public void Dispose() => _outside.Delete(recursive: true);

    [Theory]
    [InlineData("recovery.bin", "recovery.bin")]
    [InlineData("/recovery.bin", "recovery.bin")]
    [InlineData("RECOVERY.BIN", "recovery.bin")]
    [InlineData("sub/x.bin", "sub/x.bin")]
    [InlineData("sub\\x.bin", "sub/x.bin")]
    [InlineData("SUB/X.BIN", "sub/x.bin")]
    [InlineData("any/where/recovery.bin", "recovery.bin")] // a folder that is not here: the base name counts
    [InlineData("tftpboot\\recovery.bin", "recovery.bin")]
    public void A_file_is_found_as_boot_loaders_write_it(string asked, string sent) => Assert.Equal(sent, Serve(asked).SentAs);

    [Theory]
    [InlineData("..\\secret.txt")]
    [InlineData("sub/../../secret.txt")]
    [InlineData("/../secret.txt")]
    [InlineData("..%2fsecret.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("//etc/passwd")]
    [InlineData("C:\\Windows\\win.ini")]
    [InlineData("sub/..\\..\\secret.txt")]
    [InlineData("recovery.bin\u0001/../../secret.txt")]
    [InlineData(".")]
    [InlineData("sub/")]
    [InlineData("/")]
    [InlineData("sub")]
    [InlineData("recovery.bin::$DATA")]
    [InlineData("CON")]
    [InlineData("NUL.bin")]
    [InlineData("recovery.bin.")]
    [InlineData("secret.txt")]
    [InlineData("root/../secret.txt")]
    [InlineData("ArcherC7v2_tp_recovery.bin")]
    public void Nothing_else_is_served(string asked) => Assert.IsType<TftpAnswer.Refuse>(Find(asked));

    [Fact]
    public void A_link_out_of_the_folder_is_not_followed_and_one_inside_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        File.CreateSymbolicLink(Path.Combine(Root, "out.bin"), Path.Combine(_outside.FullName, "secret.txt"));
        File.CreateSymbolicLink(Path.Combine(Root, "far.bin"), "../secret.txt");
        File.CreateSymbolicLink(Path.Combine(Root, "chain.bin"), "out.bin");
        Directory.CreateSymbolicLink(Path.Combine(Root, "up"), "..");
        File.CreateSymbolicLink(Path.Combine(Root, "in.bin"), "recovery.bin");
        File.CreateSymbolicLink(Path.Combine(Root, "sub", "in.bin"), "../recovery.bin");

        File.CreateSymbolicLink(Path.Combine(Root, "through.bin"), "up/secret.txt");
        File.CreateSymbolicLink(Path.Combine(Root, "winding.bin"), "sub/away/../secret.txt");
        Directory.CreateDirectory(Path.Combine(_outside.FullName, "deep"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "sub", "away"), "../../deep");
        foreach (string name in (string[])["winding.bin", "out.bin", "far.bin", "chain.bin", "up/secret.txt", "OUT.BIN", "through.bin"])
            Assert.IsType<TftpAnswer.Refuse>(Find(name));
        Assert.Equal("recovery", Text(Serve("in.bin")));
        Assert.Equal("recovery", Text(Serve("sub/in.bin")));
    }

    [Fact]
    public void A_loop_of_links_and_a_link_to_nowhere_are_refused_and_harm_nothing_else()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        File.CreateSymbolicLink(Path.Combine(Root, "a.bin"), "b.bin");
        File.CreateSymbolicLink(Path.Combine(Root, "b.bin"), "a.bin");
        File.CreateSymbolicLink(Path.Combine(Root, "gone.bin"), "nothing.bin");
        Directory.CreateSymbolicLink(Path.Combine(Root, "self"), "self");

        foreach (string name in (string[])["a.bin", "gone.bin", "self/x.bin"])
            Assert.IsType<TftpAnswer.Refuse>(Find(name));
        Assert.Equal("recovery", Text(Serve("recovery.bin")));
    }

    [Fact]
    public void A_root_that_is_a_link_itself_and_one_beside_it_with_a_longer_name_are_told_apart()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        string linked = Path.Combine(_outside.FullName, "linked"), beside = Root + "-other";
        Directory.CreateSymbolicLink(linked, Root);
        Directory.CreateDirectory(beside);
        File.WriteAllText(Path.Combine(beside, "y.bin"), "CANARY");
        File.CreateSymbolicLink(Path.Combine(Root, "y.bin"), Path.Combine(beside, "y.bin"));
        File.CreateSymbolicLink(Path.Combine(Root, "in.bin"), "recovery.bin");
        FolderCatalog catalog = new(linked, null, anyName: false);

        Assert.IsType<TftpAnswer.Serve>(catalog.Find(Request("recovery.bin"), s_peer));
        Assert.IsType<TftpAnswer.Serve>(catalog.Find(Request("in.bin"), s_peer));
        Assert.IsType<TftpAnswer.Refuse>(catalog.Find(Request("y.bin"), s_peer));
    }

    [Fact]
    public void Where_two_names_differ_in_case_only_the_exact_one_wins()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "there they are one file");
        Write("Recovery.bin", "other");
        Assert.Equal("other", Text(Serve("Recovery.bin")));
        Assert.Equal("recovery", Text(Serve("recovery.bin")));
    }

    [Fact]
    public void A_device_that_was_told_no_name_gets_the_boot_file()
    {
        Assert.Equal("recovery.bin", Serve("C0A84F64.img", bootFile: "recovery.bin").SentAs);
        Assert.IsType<TftpAnswer.Refuse>(Find("C0A84F64.img"));
        Assert.IsType<TftpAnswer.Refuse>(Find("C0A84F64.img", bootFile: "../secret.txt"));
    }

    [Fact]
    public void Any_name_gets_the_only_file_and_nothing_when_there_are_two()
    {
        Assert.Equal("recovery.bin", Serve("ArcherC7v2_tp_recovery.bin", anyName: true).SentAs);
        Assert.IsType<TftpAnswer.Refuse>(Find("../secret.txt", anyName: true));
        Write("second.bin", "second");
        Assert.IsType<TftpAnswer.Refuse>(Find("ArcherC7v2_tp_recovery.bin", anyName: true));
    }

    [Theory]
    [InlineData("recovry.bin", "not here: 'recovry.bin'; did you mean 'recovery.bin'?")]
    [InlineData("toaster", "not here: 'toaster'")]
    public void A_name_that_is_nearly_right_is_answered_with_the_right_one(string asked, string message)
    {
        TftpAnswer.Refuse refusal = Assert.IsType<TftpAnswer.Refuse>(Find(asked));
        Assert.Equal((TftpErrorCode.NotFound, message), (refusal.Code, refusal.Message));
    }

    [Fact]
    public void A_file_that_changed_is_read_again()
    {
        Assert.Equal("recovery", Text(Serve("recovery.bin")));
        Write("recovery.bin", "new text");
        File.SetLastWriteTimeUtc(Path.Combine(Root, "recovery.bin"), new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal("new text", Text(Serve("recovery.bin")));
    }

    [Fact]
    public void A_file_that_may_not_be_read_and_a_folder_that_went_away_are_refusals()
    {
        FolderCatalog catalog = new(Root, null, anyName: false);
        Directory.Delete(Root, recursive: true);
        Assert.Equal(TftpErrorCode.Access, Assert.IsType<TftpAnswer.Refuse>(catalog.Find(Request("recovery.bin"), s_peer)).Code);
        Assert.Empty(catalog.Names());
        Assert.Null(catalog.Nearest("recovery.bin"));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Root, name), text);

    private TftpAnswer Find(string name, string? bootFile = null, bool anyName = false) =>
        new FolderCatalog(Root, bootFile, anyName).Find(Request(name), s_peer);

    private TftpAnswer.Serve Serve(string name, string? bootFile = null, bool anyName = false) =>
        Assert.IsType<TftpAnswer.Serve>(Find(name, bootFile, anyName));

    private static string Text(TftpAnswer.Serve serve) => Encoding.UTF8.GetString(serve.Content.Span);

    private static TftpRequest Request(string name)
    {
        Assert.Equal(TftpRequestFault.None, TftpRequest.TryParse([0, 1, .. Encoding.UTF8.GetBytes(name), 0, .. "octet"u8, 0], out TftpRequest? request));
        return request!;
    }
}
