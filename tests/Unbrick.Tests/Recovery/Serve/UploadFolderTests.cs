using System.Net;
using System.Text;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Serve;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class UploadFolderTests : IDisposable
{
    private static readonly IPEndPoint s_peer = new(IPAddress.Parse("192.168.0.86"), 2345);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-test-");

    private string[] Files => [.. _folder.EnumerateFiles().Select(f => f.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void An_upload_has_its_name_only_when_it_is_complete()
    {
        ITftpUpload upload = Begin("backup.bin", out _)!;
        Assert.True(upload.Append("abc"u8));
        Assert.Equal(["backup.bin.part"], Files);
        Assert.True(upload.Append("def"u8));
        Assert.True(upload.Complete());
        Assert.Equal(["backup.bin"], Files);
        Assert.Equal("abcdef", Read("backup.bin"));
        Assert.Equal("backup.bin", upload.Name);
    }

    [Fact]
    public void An_abandoned_upload_leaves_nothing()
    {
        ITftpUpload upload = Begin("backup.bin", out _)!;
        upload.Append("abc"u8);
        upload.Abandon();
        Assert.Empty(Files);
        Assert.NotNull(Begin("backup.bin", out _));
    }

    [Fact]
    public void Text_mode_is_turned_into_lines_of_this_system()
    {
        ITftpUpload upload = Begin("log.txt", out _, mode: "netascii")!;
        upload.Append("a\r\nb\r"u8);
        upload.Append("\0c"u8);
        upload.Complete();
        Assert.Equal("a\nb\rc", Read("log.txt"));
    }

    [Theory]
    [InlineData("sub/backup.bin", TftpErrorCode.Access)]
    [InlineData("../backup.bin", TftpErrorCode.Access)]
    [InlineData("..\\backup.bin", TftpErrorCode.Access)]
    [InlineData("C:backup.bin", TftpErrorCode.Access)]
    [InlineData("NUL", TftpErrorCode.Access)]
    [InlineData("", TftpErrorCode.Access)]
    [InlineData("here.bin", TftpErrorCode.Exists)]
    [InlineData("folder", TftpErrorCode.Exists)]
    [InlineData("dangling", TftpErrorCode.Exists)]
    public void Names_with_folders_and_names_that_are_taken_are_refused(string name, TftpErrorCode code)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "here.bin"), "mine");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "folder"));
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "dangling"), "nothing");
        string[] before = Files;

        Assert.Null(Begin(name, out TftpAnswer.Refuse refusal));

        Assert.Equal(code, refusal.Code);
        Assert.Equal(before, Files);
        Assert.Equal("mine", Read("here.bin"));
    }

    [Fact]
    public void A_leading_slash_is_how_some_say_it() => Assert.Equal("backup.bin", Begin("/backup.bin", out _)!.Name);

    [Fact]
    public void What_is_announced_over_the_limit_is_not_begun_and_what_grows_over_it_is_cut_off()
    {
        Assert.Null(Begin("big.bin", out TftpAnswer.Refuse refusal, announced: 11));
        Assert.Equal((TftpErrorCode.Full, "over the limit of 10 B"), (refusal.Code, refusal.Message));

        ITftpUpload upload = Begin("lies.bin", out _, announced: 5)!;
        Assert.True(upload.Append(new byte[10]));
        Assert.False(upload.Append(new byte[1]));
        upload.Abandon();
        Assert.Empty(Files);
    }

    [Fact]
    public void The_same_name_twice_at_a_time_is_refused_and_the_first_goes_on()
    {
        ITftpUpload upload = Begin("backup.bin", out _)!;
        Assert.Null(Begin("backup.bin", out TftpAnswer.Refuse refusal));
        Assert.Equal(TftpErrorCode.Access, refusal.Code);
        upload.Append("abc"u8);
        Assert.True(upload.Complete());
        Assert.Equal("abc", Read("backup.bin"));
    }

    [Fact]
    public void A_file_that_appeared_meanwhile_is_not_written_over()
    {
        ITftpUpload upload = Begin("backup.bin", out _)!;
        upload.Append("abc"u8);
        File.WriteAllText(Path.Combine(_folder.FullName, "backup.bin"), "mine");
        Assert.False(upload.Complete());
        Assert.Equal("mine", Read("backup.bin"));
        Assert.Equal(["backup.bin"], Files);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_a_refusal()
    {
        UploadFolder gone = new(Path.Combine(_folder.FullName, "gone"), 10);
        Assert.Null(gone.Begin(Request("backup.bin", "octet"), s_peer, null, out TftpAnswer.Refuse refusal));
        Assert.Equal(TftpErrorCode.Access, refusal.Code);
    }

    [Fact]
    public void A_part_file_that_is_a_link_is_not_written_through()
    {
        string other = Path.Combine(_folder.FullName, "other.txt");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "backup.bin.part"), other);
        Assert.Null(Begin("backup.bin", out TftpAnswer.Refuse refusal));
        Assert.Equal(TftpErrorCode.Access, refusal.Code);
        Assert.False(File.Exists(other));
    }

    private ITftpUpload? Begin(string name, out TftpAnswer.Refuse refusal, long? announced = null, string mode = "octet") =>
        new UploadFolder(_folder.FullName, 10).Begin(Request(name, mode), s_peer, announced, out refusal);

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder.FullName, name));

    private static TftpRequest Request(string name, string mode)
    {
        byte[] packet = [0, 2, .. Encoding.UTF8.GetBytes(name), 0, .. Encoding.ASCII.GetBytes(mode), 0];
        Assert.Equal(TftpRequestFault.None, TftpRequest.TryParse(packet, out TftpRequest? request));
        return request!;
    }
}
