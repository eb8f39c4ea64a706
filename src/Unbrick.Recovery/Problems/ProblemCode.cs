namespace Unbrick.Recovery.Problems;

/// <summary>
/// Every code that a message of this program can have. Scripts and forum posts hold on to them, so none ever changes its meaning;
/// each has a page in <c>data/problems</c>, and the names in its texts are listed there under <c>values</c>.
/// </summary>
public static partial class ProblemCode
{
    /// <summary>The adapter named on the command line does not exist. Values: <c>adapter</c>, <c>have</c>.</summary>
    public const string AdapterNotFound = "adapter-not-found";

    /// <summary>Several adapters could lead to the device and none was named. Values: <c>names</c>, <c>first</c>.</summary>
    public const string AdapterUnclear = "adapter-unclear";

    /// <summary>Another machine on the cable answers for our address (RFC 5227). Values: <c>address</c>, <c>mac</c>.</summary>
    public const string AddressDuplicate = "address-duplicate";

    /// <summary>
    /// A second adapter (Wi-Fi, say) sits in the same network, so answers may leave there.
    /// Values: <c>other</c>, <c>address</c>, <c>adapter</c>.
    /// </summary>
    public const string AddressElsewhere = "address-elsewhere";

    /// <summary>An address on the command line cannot be used. Values: <c>text</c>, <c>reason</c>.</summary>
    public const string AddressInvalid = "address-invalid";

    /// <summary>Another program removed our address from the adapter. Values: <c>adapter</c>.</summary>
    public const string AddressLost = "address-lost";

    /// <summary>
    /// ARP requests ask for an address that is not ours: the device wants the PC elsewhere. Values: <c>address</c>, <c>command</c>.
    /// </summary>
    public const string AddressWanted = "address-wanted";

    /// <summary>The same request again and again, although our answers left. Values: <c>adapter</c>.</summary>
    public const string AnswersLost = "answers-lost";

    /// <summary>
    /// DATA with block number 0 had to be repeated after a wrap; U-Boot up to v2020.07 counts it as another 32 MiB (net/tftp.c).
    /// Values: <c>block</c>.
    /// </summary>
    public const string BlockZeroResent = "block-zero-resent";

    /// <summary>Signs of an operating system in place of a boot loader that waits. Values: none.</summary>
    public const string BootedNormally = "booted-normally";

    /// <summary>No rule fits what was seen. Values: none.</summary>
    public const string CannotTell = "cannot-tell";

    /// <summary><c>unbrick explain</c> was asked for a code that does not exist. Values: <c>code</c>.</summary>
    public const string CodeUnknown = "code-unknown";

    /// <summary>The adapter counts damaged frames or collisions. Values: <c>adapter</c>.</summary>
    public const string DamagedFrames = "damaged-frames";

    /// <summary>The device ended the transfer with a TFTP ERROR (RFC 1350 section 5). Values: <c>number</c>, <c>text</c>.</summary>
    public const string DeviceError = "device-error";

    /// <summary>One of the user's device files cannot be read; the others still count. Values: <c>path</c>, <c>reason</c>.</summary>
    public const string DeviceFileInvalid = "device-file-invalid";

    /// <summary>The link fell in the middle of a transfer, then the device began again. Values: none.</summary>
    public const string DeviceRebooted = "device-rebooted";

    /// <summary>The device asked for the file again from block 1 in the middle of a transfer. Values: <c>times</c>.</summary>
    public const string DeviceRestarted = "device-restarted";

    /// <summary>No answer to a block any more, in spite of all repetitions. Values: <c>block</c>, <c>blocks</c>, <c>percent</c>.</summary>
    public const string DeviceSilent = "device-silent";

    /// <summary>A name fits several devices. Values: <c>query</c>, <c>count</c>, <c>example</c>.</summary>
    public const string DeviceUnclear = "device-unclear";

    /// <summary>A name fits no device. Values: <c>query</c>, <c>count</c>.</summary>
    public const string DeviceUnknown = "device-unknown";

    /// <summary>An edit cannot be right. Values: <c>what</c>, <c>reason</c>.</summary>
    public const string EditRefused = "edit-refused";

    /// <summary>What was said about the unit with <c>--expect</c> cannot be used, or nothing was said. Values: <c>text</c>, <c>reason</c>.</summary>
    public const string ExpectInvalid = "expect-invalid";

    /// <summary>The served file changed between the first and the last block. Values: <c>path</c>.</summary>
    public const string FileChanged = "file-changed";

    /// <summary>A file is larger than any flash chip. Values: <c>path</c>, <c>size</c>, <c>limit</c>.</summary>
    public const string FileTooLarge = "file-too-large";

    /// <summary>
    /// Packets that the raw capture hears never get to a socket, or never leave. Values: <c>what</c>, <c>adapter</c>, <c>owner</c>, <c>cure</c>.
    /// </summary>
    public const string Firewall = "firewall";

    /// <summary>A file has 0 bytes, or is a pipe or a device. Values: <c>path</c>.</summary>
    public const string ImageEmpty = "image-empty";

    /// <summary>The image does not exist. Values: <c>path</c>.</summary>
    public const string ImageMissing = "image-missing";

    /// <summary>
    /// All blocks were acknowledged, then the same request came again (thread 002: "Header check error").
    /// Values: <c>device</c>.
    /// </summary>
    public const string ImageRefused = "image-refused";

    /// <summary>The image exceeds what the device or its partition takes. Values: <c>size</c>, <c>limit</c>, <c>device</c>.</summary>
    public const string ImageTooLarge = "image-too-large";

    /// <summary>The image exists but cannot be read. Values: <c>path</c>, <c>reason</c>.</summary>
    public const string ImageUnreadable = "image-unreadable";

    /// <summary>A bug of this program. Values: <c>what</c>, <c>log</c>.</summary>
    public const string Internal = "internal";

    /// <summary>Ended with Ctrl-C.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>
    /// An address that a killed run had added was found in its note and taken away.
    /// Values: <c>address</c>, <c>adapter</c>.
    /// </summary>
    public const string LeftoverRemoved = "leftover-removed";

    /// <summary>
    /// Packets are lost at random places; a rate for each direction.
    /// Values: <c>to_device</c>, <c>from_device</c>, <c>adapter</c>.
    /// </summary>
    public const string LineLoss = "line-loss";

    /// <summary>The carrier falls more often than by starting. Values: <c>adapter</c>.</summary>
    public const string LinkFlapping = "link-flapping";

    /// <summary>
    /// A U-Boot client has used up most of its ten time-outs, which count over the whole transfer (net/tftp.c, TIMEOUT_COUNT).
    /// Values: <c>left</c>.
    /// </summary>
    public const string LivesLow = "lives-low";

    /// <summary>A boot loader began again after its ten time-outs (net/tftp.c, TIMEOUT_COUNT). Values: none.</summary>
    public const string LivesUsedUp = "lives-used-up";

    /// <summary>Multicast of this PC during a transfer. Values: none.</summary>
    public const string MulticastNoise = "multicast-noise";

    /// <summary>The device asked for a name that is not served. Values: <c>asked</c>, <c>have</c>.</summary>
    public const string NameNotFound = "name-not-found";

    /// <summary>A Netgear device ended its recovery without taking a file. Values: none.</summary>
    public const string NmrpEndedEarly = "nmrp-ended-early";

    /// <summary>The device took the whole file and never said that it is done. Values: <c>minutes</c>.</summary>
    public const string NmrpNoEnd = "nmrp-no-end";

    /// <summary>A second Netgear device answers on the same cable. Values: <c>mac</c>, <c>other</c>.</summary>
    public const string NmrpOtherDevice = "nmrp-other-device";

    /// <summary>Another program advertises itself as NMRP server on the cable. Values: <c>mac</c>.</summary>
    public const string NmrpOtherServer = "nmrp-other-server";

    /// <summary>No Netgear device has answered an advertisement. Values: <c>seconds</c>.</summary>
    public const string NmrpSilent = "nmrp-silent";

    /// <summary>The adapter has no link. Values: <c>adapter</c>.</summary>
    public const string NoCarrier = "no-carrier";

    /// <summary>ARP for our address, and no request after it. Values: <c>address</c>.</summary>
    public const string NoRequest = "no-request";

    /// <summary>The system refuses a port, raw frames or a change of address. Values: <c>what</c>.</summary>
    public const string NotPermitted = "not-permitted";

    /// <summary>Link, but no frame from a device within the window of a boot loader. Values: <c>seconds</c>, <c>button</c>.</summary>
    public const string NothingHeard = "nothing-heard";

    /// <summary>DHCP questions repeat although an OFFER was sent. Values: <c>times</c>.</summary>
    public const string OfferNotTaken = "offer-not-taken";

    /// <summary>The device refused the OACK (RFC 2347) or asked again without options. Values: <c>options</c>.</summary>
    public const string OptionsRefused = "options-refused";

    /// <summary>A probe on the adapter was answered by another DHCP server. Values: <c>adapter</c>, <c>server</c>.</summary>
    public const string OtherDhcpServer = "other-dhcp-server";

    /// <summary>The asked name belongs to another model than the one named. Values: <c>asked</c>, <c>other</c>, <c>device</c>.</summary>
    public const string OtherModel = "other-model";

    /// <summary>The file to be written exists and <c>--force</c> was not given. Values: <c>path</c>.</summary>
    public const string OutputExists = "output-exists";

    /// <summary>A made file cannot be written. Values: <c>path</c>, <c>reason</c>.</summary>
    public const string OutputFailed = "output-failed";

    /// <summary>The file to be written is one that is read. Values: <c>path</c>.</summary>
    public const string OutputIsInput = "output-is-input";

    /// <summary>The DHCP pool on the command line cannot be used. Values: <c>pool</c>, <c>reason</c>, <c>address</c>.</summary>
    public const string PoolInvalid = "pool-invalid";

    /// <summary>A UDP port that has to be ours belongs to another program. Values: <c>port</c>, <c>owner</c>.</summary>
    public const string PortTaken = "port-taken";

    /// <summary>Nobody says where the device is that the file is to be sent to. Values: <c>device</c>.</summary>
    public const string PutAddressMissing = "put-address-missing";

    /// <summary>
    /// The device took the whole image that was sent to it and then said no with an ERROR. Values: <c>number</c>, <c>text</c>, <c>device</c>.
    /// </summary>
    public const string PutImageRefused = "put-image-refused";

    /// <summary>The boot loader answers no ARP and no fixed neighbour could be set for it. Values: <c>address</c>, <c>command</c>.</summary>
    public const string PutNeighborMissing = "put-neighbor-missing";

    /// <summary>
    /// Something answers ARP at the device's address, but nobody takes the file that is sent there. Values: <c>address</c>, <c>seconds</c>,
    /// <c>button</c>.
    /// </summary>
    public const string PutNotTaken = "put-not-taken";

    /// <summary>The device answered the write request with an ERROR. Values: <c>number</c>, <c>text</c>, <c>name</c>.</summary>
    public const string PutRefused = "put-refused";

    /// <summary>The system has no raw Ethernet frames for programs. Values: <c>adapter</c>.</summary>
    public const string RawFramesMissing = "raw-frames-missing";

    /// <summary>A recipe makes no sense as it is written, or not with these inputs. Values: <c>name</c>, <c>reason</c>.</summary>
    public const string RecipeInvalid = "recipe-invalid";

    /// <summary>A check of a recipe does not hold. Values: <c>what</c>, <c>subject</c>.</summary>
    public const string RecipeRefused = "recipe-refused";

    /// <summary>Neither a built-in recipe nor a file has that name. Values: <c>name</c>.</summary>
    public const string RecipeUnknown = "recipe-unknown";

    /// <summary>A layout has no region of that name. Values: <c>name</c>.</summary>
    public const string RegionUnknown = "region-unknown";

    /// <summary>The folder given with <c>--root</c> does not exist. Values: <c>path</c>.</summary>
    public const string RootMissing = "root-missing";

    /// <summary>Several tries ended at the same block. Values: <c>block</c>, <c>bytes</c>.</summary>
    public const string SameBlock = "same-block";

    /// <summary>Two devices with one MAC are on the cable. Values: <c>mac</c>.</summary>
    public const string SameMacTwice = "same-mac-twice";

    /// <summary>Pauses at regular places: the device writes while it loads. Values: none.</summary>
    public const string SlowFlash = "slow-flash";

    /// <summary>The transfer is complete and the device is writing its flash. Values: <c>minutes</c>.</summary>
    public const string StillWriting = "still-writing";

    /// <summary><c>unbrick help</c> was asked for a topic that does not exist. Values: <c>topic</c>, <c>topics</c>.</summary>
    public const string TopicUnknown = "topic-unknown";

    /// <summary>The last block was sent and never acknowledged (RFC 1350 section 6). Values: <c>minutes</c>.</summary>
    public const string Unconfirmed = "unconfirmed";

    /// <summary>The device sent a WRQ; this run takes no files. Values: <c>name</c>.</summary>
    public const string UploadRefused = "upload-refused";

    /// <summary>
    /// The device is recovered by a way that <c>serve</c> does not do (put, NMRP, web page).
    /// Values: <c>device</c>, <c>way</c>, <c>id</c>.
    /// </summary>
    public const string WayNotServed = "way-not-served";

    /// <summary>A recipe has several ways and none was named. Values: <c>recipe</c>, <c>ways</c>.</summary>
    public const string WayUnnamed = "way-unnamed";

    /// <summary>A radio adapter sits in the same network. Values: <c>other</c>, <c>address</c>.</summary>
    public const string WifiInTheWay = "wifi-in-the-way";

    /// <summary>DHCP as a running system asks at its WAN side. Values: none.</summary>
    public const string WrongSocket = "wrong-socket";
}
