"""Sync API, unplug and replug against the shim: exit 0 when all is as expected."""
import ctypes, os, sys
l=ctypes.CDLL(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../artifacts/lab/spi/libusb-1.0.so.0'))
l.libusb_open_device_with_vid_pid.restype=ctypes.c_void_p; l.libusb_open_device_with_vid_pid.argtypes=[ctypes.c_void_p,ctypes.c_uint16,ctypes.c_uint16]
l.libusb_bulk_transfer.argtypes=[ctypes.c_void_p,ctypes.c_uint8,ctypes.c_char_p,ctypes.c_int,ctypes.POINTER(ctypes.c_int),ctypes.c_uint]
l.libusb_init(None); h=l.libusb_open_device_with_vid_pid(None,0x1a86,0x5512); n=ctypes.c_int()
def out(b): return l.libusb_bulk_transfer(h,2,bytes(b),len(b),ctypes.byref(n),1000)
def inn():
    b=ctypes.create_string_buffer(32); r=l.libusb_bulk_transfer(h,0x82,b,32,ctypes.byref(n),1000); return r,b.raw[:n.value].hex()
def rdid(): return out([0xab,0xb7,0xb6,0x20]),out([0xa8,0xf9,0,0,0]),inn()[0]
assert (out([0xaa,0x61,0]),out([0xab,0xb7,0x7f,0x20])) == (0,0)
assert rdid() == (0,0,0) and rdid() == (0,0,0)
assert rdid()[2] == -4, 'third chip-select must find the device gone'
seen=[]
for i in range(4):
    h=l.libusb_open_device_with_vid_pid(None,0x1a86,0x5512); seen.append(bool(h))
    if h: break
assert seen == [False,False,True], seen
assert out([0xab,0xb7,0x7f,0x20]) == 0 and rdid() == (0,0,0)
assert inn()[0] == -7, 'nothing to read must time out'
print('ok')
