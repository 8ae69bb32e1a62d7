"""Makes what the peers of bench/encoder.py read out of a Hugging Face model folder.  Runs inside the peers' environment.

  export_encoder.py MODEL_FOLDER OUT PASSAGES     PASSAGES: a JSON string a line, to calibrate int8 with; none that is measured later

OUT/model/            the folder as transformers wants it: with a tokenizer.json also where the model has only a sentencepiece.model
OUT/plain.onnx        fp32, as torch exports it; OpenVINO reads this one
OUT/fused.onnx        fp32, attention, layer norm and GELU each one node; fused-int8.onnx: its products in int8, activations measured as they come
OUT/openvino-int8.xml weights and activations in int8, calibrated; openvino-int8-weights.xml: weights alone
OUT/ctranslate2/      for CTranslate2, which quantises while it loads
OUT/made.json         step -> null, or the reason why it failed; only steps that are missing there are made again
"""
import json
import os
import shutil
import sys

CALIBRATION_TOKENS = 256
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def settings_of(folder):
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        return json.load(file)


def unigram_tokenizer(file):
    """A sentencepiece model as a tokenizer of the `tokenizers` library; ids stay those of the file."""
    from sentencepiece import sentencepiece_model_pb2
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    read = sentencepiece_model_pb2.ModelProto()
    with open(file, "rb") as model:
        read.ParseFromString(model.read())
    ids = {piece.piece: number for number, piece in enumerate(read.pieces)}
    made = Tokenizer(models.Unigram([(piece.piece, piece.score) for piece in read.pieces], unk_id=ids["<unk>"]))
    made.normalizer = normalizers.Sequence([normalizers.Precompiled(read.normalizer_spec.precompiled_charsmap), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    made.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", ids["<s>"]), ("</s>", ids["</s>"])])
    made.add_special_tokens([*SPECIAL, "<mask>"])
    return made


def model_folder(source, out, _):
    made = os.path.join(out, "model")
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(source, made, copy_function=lambda one, other: os.symlink(os.path.realpath(one), other))
    if os.path.exists(os.path.join(made, "tokenizer.json")):
        return
    unigram_tokenizer(os.path.join(source, "sentencepiece.model")).save(os.path.join(made, "tokenizer.json"))
    settings = os.path.join(made, "tokenizer_config.json")
    os.unlink(settings)  # a link into the source
    with open(settings, "w", encoding="utf-8") as file:
        names = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}
        json.dump({"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": settings_of(source)["max_position_embeddings"], **names}, file)


def plain_onnx(source, out, _):
    import torch
    from transformers import AutoModel
    encoder = AutoModel.from_pretrained(source, attn_implementation="eager").eval()  # the attention that the optimizer knows to fuse

    class LastLayer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = encoder

        def forward(self, ids, mask, types):
            return self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types)[0]

    inputs, example = ["input_ids", "attention_mask", "token_type_ids"], torch.ones(2, 16, dtype=torch.long)
    shape = {0: "batch", 1: "tokens"}
    torch.onnx.export(LastLayer(), (example, example, torch.zeros_like(example)), os.path.join(out, "plain.onnx"), input_names=inputs, output_names=["last"],
                      dynamic_axes={name: shape for name in [*inputs, "last"]}, opset_version=17, dynamo=False)


def fused_onnx(source, out, _):
    from onnxruntime.transformers import optimizer
    settings = settings_of(source)
    graph = optimizer.optimize_model(os.path.join(out, "plain.onnx"), model_type="bert", num_heads=settings["num_attention_heads"], hidden_size=settings["hidden_size"], opt_level=0)
    fused = graph.get_fused_operator_statistics()
    if fused.get("Attention", 0) != settings["num_hidden_layers"]:
        raise ValueError(f"onnxruntime fused {fused.get('Attention', 0)} attentions of {settings['num_hidden_layers']}")
    graph.save_model_to_file(os.path.join(out, "fused.onnx"))


def fused_int8_onnx(_, out, __):
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    quantize_dynamic(os.path.join(out, "fused.onnx"), os.path.join(out, "fused-int8.onnx"), weight_type=QuantType.QInt8, per_channel=True,
                     extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})  # fused nodes carry no type of their own


def calibration_inputs(out, passages):
    import numpy
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(os.path.join(out, "model", "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(CALIBRATION_TOKENS)
    for encoded in tokenizer.encode_batch(passages):
        ids = numpy.array([encoded.ids])
        yield {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}


def openvino_int8(_, out, passages):
    import nncf
    import openvino
    plain = openvino.Core().read_model(os.path.join(out, "plain.onnx"))
    inputs = nncf.Dataset(list(calibration_inputs(out, passages)))
    made = nncf.quantize(plain, inputs, subset_size=len(passages), model_type=nncf.ModelType.TRANSFORMER, preset=nncf.QuantizationPreset.MIXED)
    openvino.save_model(made, os.path.join(out, "openvino-int8.xml"), compress_to_fp16=False)


def openvino_int8_weights(_, out, __):
    import nncf
    import openvino
    made = nncf.compress_weights(openvino.Core().read_model(os.path.join(out, "plain.onnx")), mode=nncf.CompressWeightsMode.INT8_SYM)
    openvino.save_model(made, os.path.join(out, "openvino-int8-weights.xml"), compress_to_fp16=False)


def ctranslate2_folder(_, out, __):
    from ctranslate2.converters import TransformersConverter
    TransformersConverter(os.path.join(out, "model")).convert(os.path.join(out, "ctranslate2"), force=True)


STEPS = {"model": model_folder, "plain": plain_onnx, "fused": fused_onnx, "fused-int8": fused_int8_onnx, "openvino-int8": openvino_int8,
         "openvino-int8-weights": openvino_int8_weights, "ctranslate2": ctranslate2_folder}


def one_line(error):
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]


def main(source, out, passages):
    os.makedirs(out, exist_ok=True)
    log = os.path.join(out, "made.json")
    made = {}
    if os.path.exists(log):
        with open(log, encoding="utf-8") as file:
            made = json.load(file)
    with open(passages, encoding="utf-8") as lines:
        passages = [json.loads(line) for line in lines]
    for name, step in STEPS.items():
        if name in made and made[name] is None:
            continue
        print(f"== {os.path.basename(out)}: {name}", file=sys.stderr, flush=True)
        try:
            step(source, out, passages)
            made[name] = None
        except Exception as error:  # a peer that falls away is named by the benchmark; the others go on
            made[name] = one_line(error)
        with open(log, "w", encoding="utf-8") as file:
            json.dump(made, file, indent=1)


if __name__ == "__main__":
    os.environ["HF_HUB_OFFLINE"] = "1"
    main(*sys.argv[1:])
