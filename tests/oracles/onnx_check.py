"""Checks ONNX files with the reference checker of Debian's python3-onnx: python3 onnx_check.py FILE...; prints one JSON object per file."""
import json
import sys

import onnx
from onnx import checker, shape_inference


def check(path):
    model = onnx.load(path)
    checker.check_model(model, full_check=True)
    shape_inference.infer_shapes(model, strict_mode=True)
    inputs = {i.name: [d.dim_param or d.dim_value for d in i.type.tensor_type.shape.dim] for i in model.graph.input}
    outputs = {o.name: [d.dim_param or d.dim_value for d in o.type.tensor_type.shape.dim] for o in model.graph.output}
    ops = {}
    for node in model.graph.node:
        ops[node.op_type] = ops.get(node.op_type, 0) + 1
    return {
        "file": path,
        "irVersion": model.ir_version,
        "opsets": {o.domain: o.version for o in model.opset_import},
        "inputs": inputs,
        "outputs": outputs,
        "ops": ops,
        "domains": sorted({node.domain for node in model.graph.node}),
        "weightTypes": sorted({onnx.TensorProto.DataType.Name(t.data_type) for t in model.graph.initializer}),
        "metadata": {p.key: p.value for p in model.metadata_props},
    }


for name in sys.argv[1:]:
    print(json.dumps(check(name)))
