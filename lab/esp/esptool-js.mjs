// Espressif's esptool-js at a board behind RFC 2217, by the ROM loader alone (no stub is uploaded): finds, writes, verifies, reads back, starts.
//   node esptool-js.mjs PORT IMAGE [ADDRESS]
// The last line is JSON.
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { ESPLoader, Transport } from "esptool-js";
import { Rfc2217Port } from "./rfc2217-port.mjs";

const [tcp, file, address = "0x0"] = process.argv.slice(2);
const image = new Uint8Array(readFileSync(file));
const at = Number(address);
const transport = new Transport(new Rfc2217Port("127.0.0.1", Number(tcp)));
transport.trace = () => {};
const terminal = { clean() {}, write() {}, writeLine: (text) => console.log(text) };
const loader = new ESPLoader({ transport, baudrate: 115200, terminal });

await loader.detectChip("default_reset");
loader.FLASH_WRITE_SIZE = 0x400; // the ROM's; the library's own default is the stub's
const is8266 = loader.chip.CHIP_NAME === "ESP8266";
const result = {
  chip: await loader.chip.getChipDescription(loader),
  mac: await loader.chip.readMac(loader),
  crystal: await loader.chip.getCrystalFreq(loader),
};
if (is8266) {
  loader.chip.SPI_MOSI_DLEN_OFFS = undefined; // "not in esp8266" is 0 in esptool-js 0.7.0, which takes it for a register
  await loader.flashBegin(0, 0); // connects the flash
}
else await loader.flashSpiAttach(0);
result.flash = (await loader.readFlashId()).toString(16);
result.size = await loader.detectFlashSize();

const padded = new Uint8Array(Math.ceil(image.length / 4) * 4).fill(0xff);
padded.set(image);
await loader.writeFlash({
  fileArray: [{ data: padded, address: at }],
  flashMode: "keep", flashFreq: "keep", flashSize: "keep",
  eraseAll: false, compress: !is8266,
});

if (!is8266) {
  // The ROM answers with 32 hexadecimal digits, which the library takes for the hash itself.
  const digits = Buffer.from(await loader.flashMd5sum(at, padded.length), "hex").toString("latin1");
  result.verified = digits === createHash("md5").update(padded).digest("hex");
} else {
  result.verified = true;
  for (let i = 0; i < 64; i++) {
    const offset = Math.min(Math.floor((i * padded.length) / 63), padded.length - 4) & ~3;
    const word = (await loader.runSpiflashCommand(0x03, new Uint8Array(0), 32, at + offset, 24)) >>> 0;
    const wanted = Buffer.from(padded).readUInt32LE(offset);
    if (word !== wanted) {
      result.verified = false;
      console.log(`0x${(at + offset).toString(16)}: ${word.toString(16)} instead of ${wanted.toString(16)}`);
    }
  }
}

await transport.changeBaudrate(is8266 ? 74880 : 115200);
transport.flushInput();
await transport.setSignals(false, true);
await new Promise((done) => setTimeout(done, 120));
await transport.setSignals(false, false);
await new Promise((done) => setTimeout(done, 1500));
result.boot = Buffer.from(transport.peek()).toString("latin1");
await transport.disconnect();
console.log(JSON.stringify(result));
