"""Reads TensorBoard event files independently of the project: python3 read_events.py FILE...; prints one JSON object per event.

Framing and checksums by hand; the messages by Google's protobuf runtime from a description of event.proto and summary.proto made here."""
import json
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

TYPES = {"double": 1, "float": 2, "int64": 3, "int32": 5, "string": 9, "message": 11, "bytes": 12, "enum": 14}


def message(file, name, fields):
    made = file.message_type.add(name=name)
    for number, (field, kind, repeated) in fields.items():
        f = made.field.add(name=field, number=number, label=3 if repeated else 1)
        if kind in TYPES:
            f.type = TYPES[kind]
        else:
            f.type, f.type_name = TYPES["message"], "." + kind


def event_class():
    file = descriptor_pb2.FileDescriptorProto(name="events.proto", syntax="proto3")
    message(file, "Image", {1: ("height", "int32", False), 2: ("width", "int32", False), 3: ("colorspace", "int32", False), 4: ("encoded", "bytes", False)})
    message(file, "Value", {1: ("tag", "string", False), 2: ("simple_value", "float", False), 4: ("image", "Image", False)})
    message(file, "Summary", {1: ("value", "Value", True)})
    message(file, "SessionLog", {1: ("status", "int32", False)})
    message(file, "Event", {1: ("wall_time", "double", False), 2: ("step", "int64", False), 3: ("file_version", "string", False),
                            5: ("summary", "Summary", False), 7: ("session_log", "SessionLog", False)})
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = pool.FindMessageTypeByName("Event")
    return message_factory.GetMessageClass(found) if hasattr(message_factory, "GetMessageClass") else message_factory.MessageFactory(pool).GetPrototype(found)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(path):
    data, at = open(path, "rb").read(), 0
    while at < len(data):
        head = data[at:at + 8]
        (length,) = struct.unpack("<Q", head)
        assert struct.unpack("<I", data[at + 8:at + 12])[0] == masked(head), "checksum of a length"
        body = data[at + 12:at + 12 + length]
        assert len(body) == length, "a record is cut off"
        assert struct.unpack("<I", data[at + 12 + length:at + 16 + length])[0] == masked(body), "checksum of a record"
        yield body
        at += 16 + length


Event = event_class()
for path in sys.argv[1:]:
    for body in records(path):
        event = Event.FromString(body)
        values = [{"tag": v.tag, "value": v.simple_value, **({"image": [v.image.width, v.image.height, len(v.image.encoded)]} if v.HasField("image") else {})}
                  for v in event.summary.value]
        print(json.dumps({"step": event.step, "wall": event.wall_time, "version": event.file_version,
                          "session": event.session_log.status if event.HasField("session_log") else None, "values": values}))
