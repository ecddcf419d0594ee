"""MediaPipe selfie segmentation (.tflite) to plain ONNX: python convert.py IN.tflite OUT.onnx

Needs PyPI's tflite and onnx. The input becomes f32 [1, 3, height, width], RGB from 0 to 1, the output f32
[1, 1, height, width], 1 where a person is. Weights are stored as the f32 that the .tflite file unpacks them to.
"""
import sys

import numpy as np
import onnx
import tflite
from onnx import TensorProto, helper, numpy_helper

source, target = sys.argv[1:3]
model = tflite.Model.GetRootAsModel(open(source, "rb").read(), 0)
graph = model.Subgraphs(0)
TYPES = {0: np.float32, 1: np.float16, 2: np.int32}
nodes, stored = [], []


def shape(index):
    return [int(side) for side in graph.Tensors(index).ShapeAsNumpy()]


def constant(index):
    tensor = graph.Tensors(index)
    buffer = model.Buffers(tensor.Buffer())
    if buffer.DataLength() == 0:
        return None
    values = np.frombuffer(buffer.DataAsNumpy().tobytes(), TYPES[tensor.Type()])
    return values.reshape(tensor.ShapeAsNumpy() if tensor.ShapeLength() else ())


constants = {i: c for i in range(graph.TensorsLength()) if (c := constant(i)) is not None}


def store(name, values):
    stored.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
    return name


def name(index):
    """NHWC constants become NCHW."""
    if index not in constants:
        return f"t{index}"
    values = constants[index].astype(np.float32)
    if values.ndim == 4:
        values = values.transpose(0, 3, 1, 2)
    elif values.ndim == 1:
        values = values.reshape(1, -1, 1, 1)
    return store(f"c{index}", values)


def emit(kind, inputs, output, activation=0, **attributes):
    """One node, and the activation that is fused into it in the source."""
    before = output if activation == 0 else f"{output}_linear"
    nodes.append(helper.make_node(kind, inputs, [before], **attributes))
    if activation == tflite.ActivationFunctionType.RELU:
        nodes.append(helper.make_node("Relu", [before], [output]))
    elif activation != 0:
        raise ValueError(f"activation {activation}")


def options(operator, kind):
    made = kind()
    made.Init(operator.BuiltinOptions().Bytes, operator.BuiltinOptions().Pos)
    return made


def same_padding(sizes, kernel, strides, dilations):
    pairs = []
    for size, k, stride, dilation in zip(sizes, kernel, strides, dilations):
        out = -(-size // stride)
        total = max(0, (out - 1) * stride + (k - 1) * dilation + 1 - size)
        pairs.append((total // 2, total - total // 2))
    return [pairs[0][0], pairs[1][0], pairs[0][1], pairs[1][1]]


def convolution(number, operator, inputs, output, depthwise):
    o = options(operator, tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions)
    weights = constants[inputs[1]].astype(np.float32)
    weights = weights.transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
    strides, dilations = [o.StrideH(), o.StrideW()], [o.DilationHFactor(), o.DilationWFactor()]
    kernel = list(weights.shape[2:])
    same = o.Padding() == tflite.Padding.SAME
    pads = same_padding(shape(inputs[0])[1:3], kernel, strides, dilations) if same else [0] * 4
    arguments = [name(inputs[0]), store(f"w{number}", weights), store(f"b{number}", constants[inputs[2]])]
    emit("Conv", arguments, output, o.FusedActivationFunction(), strides=strides, dilations=dilations,
         pads=pads, kernel_shape=kernel, group=weights.shape[0] if depthwise else 1)


def resize(number, operator, inputs, output, to):
    o = options(operator, tflite.ResizeBilinearOptions)
    mode = "align_corners" if o.AlignCorners() else "half_pixel" if o.HalfPixelCenters() else "asymmetric"
    size = shape(inputs[0])
    scales = store(f"s{number}", np.array([1, 1, to[1] / size[1], to[2] / size[2]]))
    emit("Resize", [name(inputs[0]), "", scales], output, mode="linear", coordinate_transformation_mode=mode)


def transposed(number, inputs, output, to):
    """MediaPipe's own Convolution2DTransposeBias: weights OHWI, one output channel, no padding."""
    weights = constants[inputs[1]].astype(np.float32).transpose(3, 0, 1, 2)
    stride = to[1] // shape(inputs[0])[1]
    arguments = [name(inputs[0]), store(f"w{number}", weights), store(f"b{number}", constants[inputs[2]])]
    emit("ConvTranspose", arguments, output, strides=[stride, stride], kernel_shape=list(weights.shape[2:]))


for number in range(graph.OperatorsLength()):
    operator = graph.Operators(number)
    code = model.OperatorCodes(operator.OpcodeIndex())
    builtin = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    kind = code.CustomCode().decode() if builtin == 32 else tflite.opcode2name(builtin)
    inputs, outputs = list(operator.InputsAsNumpy()), list(operator.OutputsAsNumpy())
    output, to = f"t{outputs[0]}", shape(outputs[0])
    if kind == "DEQUANTIZE":
        constants[outputs[0]] = constants[inputs[0]].astype(np.float32)
    elif kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        convolution(number, operator, inputs, output, kind == "DEPTHWISE_CONV_2D")
    elif kind in ("AVERAGE_POOL_2D", "MEAN"):
        assert to[1:3] == [1, 1]
        emit("GlobalAveragePool", [name(inputs[0])], output)
    elif kind in ("LOGISTIC", "RELU", "HARD_SWISH"):
        emit({"LOGISTIC": "Sigmoid", "RELU": "Relu", "HARD_SWISH": "HardSwish"}[kind], [name(inputs[0])], output)
    elif kind in ("MUL", "ADD"):
        o = options(operator, tflite.MulOptions if kind == "MUL" else tflite.AddOptions)
        emit(kind.capitalize(), [name(i) for i in inputs], output, o.FusedActivationFunction())
    elif kind == "RESIZE_BILINEAR":
        resize(number, operator, inputs, output, to)
    elif kind == "Convolution2DTransposeBias":
        transposed(number, inputs, output, to)
    else:
        raise ValueError(kind)


def value(index):
    batch, height, width, channels = shape(index)
    return helper.make_tensor_value_info(f"t{index}", TensorProto.FLOAT, [batch, channels, height, width])


ends = [value(graph.InputsAsNumpy()[0])], [value(graph.OutputsAsNumpy()[0])]
made = helper.make_model(helper.make_graph(nodes, "selfie", *ends, stored),
                         opset_imports=[helper.make_opsetid("", 14)])
made.ir_version = 8
onnx.checker.check_model(onnx.shape_inference.infer_shapes(made, strict_mode=True))
onnx.save(made, target)
