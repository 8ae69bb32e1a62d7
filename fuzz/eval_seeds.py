"""Seeds for what reads the replies of language models and the files of evaluations: {target: [bytes]}."""
import json

DEEP = "[" * 20_000  # what is nested like this is JSON to a parser that does not recurse, and the end of one that copies it


def lines(*objects):
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects).encode()


def closed(text):
    return text + "]" * text.count("[")


EVALUATION = {"schema_version": 1, "kind": "rag.evaluation", "name": "a", "version": "0.1.0", "dataset": "d", "split": "test", "seeds": {"queries": 1}, "configuration": {"k": "10"},
              "fingerprints": {"index": "x"}, "metrics": ["nDCG@10"], "means": {"nDCG@10": 0.5}, "missing": [], "unjudged": [], "without_relevant": [], "notes": ["n"], "findings": [],
              "queries": [{"id": "q1", "text": "words?", "values": {"nDCG@10": 0.5}, "relevant": {"a": 1}, "found": [["a", 0.5]]}], "documents": {"a": {"title": "t"}}}
ANSWERS = [{"id": "q1", "text": "words?", "answers": [{"text": "강", "answer_start": 0}]}, {"id": "q2", "question": "more?", "is_impossible": True, "answers": []}]
SQUAD = {"version": "v2.0", "data": [{"title": "강", "paragraphs": [{"context": "강은 흐른다. words", "qas": [{"question": "무엇이?", **ANSWERS[0]}, ANSWERS[1]]}]}]}
HITS = {"took": 1, "hits": {"total": 1, "hits": [{"_id": "a", "_score": 1.5, "_source": {"text": "t"}}, {"_id": "b", "_score": None}]}}
CHUNK = {"choices": [{"delta": {"content": "It is 20 days [1]."}, "finish_reason": None}]}

SEEDS = {
    "chat_reply": [b"data: " + json.dumps(CHUNK).encode() + b"\r\n\n: comment\ndata: " + json.dumps({"choices": [{"delta": {}, "finish_reason": "length"}], "usage": {"prompt_tokens": 5}}).encode() + b"\n\ndata: [DONE]\n\n",
                   json.dumps({"choices": [{"message": {"content": [{"type": "text", "text": "words"}]}, "finish_reason": "stop"}]}).encode(), b'{"error":{"message":"no such model","code":404}}', b'[{"error":"full"}]',
                   ('{"error":' + closed(DEEP) + "}").encode()],
    "evaluation_file": [json.dumps(EVALUATION).encode()],
    "foreign_run": [lines(HITS), json.dumps({"responses": [HITS, HITS]}).encode(), lines({"query": "words", "results": [{"id": "a", "score": 0.5}]}), json.dumps({"q1": {"d1": 0.5}, "q2": [["d", 1]]}).encode(), json.dumps({"q": {"": 0.5}}).encode(),
                    json.dumps([[{"metadata": {"source": "a.pdf"}, "page_content": "x"}, 0.5]]).encode(), b"q1 Q0 d1 1 0.5 run\nq1 Q0 d2 2 0.25 run\n", json.dumps([{"node": {"id_": "a", "metadata": {"file_name": "b"}}, "score": 1}]).encode()],
    "gold_files": [lines({"_id": "q1", "text": "words?", "answers": ["a"], "nuggets": [{"text": "n", "importance": "okay"}], "evidence": [{"document": "a.md", "page": 2, "span": {"begin": 0, "end": 3}, "quote": "abc", "grade": 2}]}),
                   lines({"query": "q1", "document": "a.md", "span": {"begin": 0, "end": 3}, "content_hash": "0" * 64, "quote": "강은"}, {"query-id": "q2", "corpus-id": "b", "score": 1}),
                   lines({"_id": "q1", "answer": "강은 흐른다 [1].", "confidence": 0.5, "contexts": ["x"], "citations": [{"n": 1, "answer_span": {"begin": 0, "end": 6}, "document": "a", "quote": "q"}]}, {"_id": 2, "answer": None}),
                   b"q1\twords?\nq2\tmore?\n", ('{"_id":"q","text":"t","answers":' + closed(DEEP) + "}\n").encode(), ('{"_id":"a","answer":"x","citations":[{"answer_span":' + closed(DEEP) + "}]}\n").encode()],
    "import": [b"\0" + json.dumps(SQUAD).encode(), "\1질문,답변,출처\nwhat?,\"a\n;b\",x.pdf;y.pdf\n".encode(), b"\2<top>\n<num> Number: 1\n<title> words\n<desc> Description:\nmore &amp; words\n</top>\n",
               b'\2<topics><topic number="1"><query>words</query><narrative>n</narrative></topic></topics>', b'\2{"_id":"1","text":"words"}\n', b"\3" + lines({"_id": "d", "title": "t", "text": "x"}), b"\3d\tt\twords\n",
               ("\0" + '{"data":' + closed(DEEP) + "}").encode(), ("\3" + '{"_id":"d","text":' + closed(DEEP) + "}\n").encode()],
    "judge_reply": [b'<think>hm</think>```json\n{"statements": ["a", {"statement": "b"}]}\n```', b'{"verdicts": [1, "no, because", {"verdict": true}]}', "1. 예\n2) 아니오: x\n- yes\n".encode(), "20일 [1][2, 3] 【1】 [1-2](http://x) Sources: [1]".encode(),
                    ('{"statements":' + closed(DEEP[:400]) + "}").encode()],  # read from each of its brackets on
    "judgements": [b"query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n", b"q1 0 d1 1\nq2 0 d1 -1\n", b"q1 Q0 d1 1 0.5 run\nq1 Q0 d2 2 0.5 run\n", lines({"_id": "q1", "text": "words?"}), b"nDCG(dcg='exp-log2')@10", b"RBP(p=0.5,rel=2)@20",
                   b"ndcg_cut_10", ('{"_id":' + closed(DEEP) + ',"text":"t"}\n').encode()],
    "quote": ["27 days of leave\0Staff have 27 days  of\nleave.  강은 흐른다.".encode(), "강은 흐른다 words words\0The 강은\n흐른다, wards words; 강은 흐른다 words words".encode()],
    "toml_edit": [b"# mine\nmodel = \"e5\"\n\n[search]\nk = 10 # ten\ndense_weight = 0.5\n[[list]]\na = '''\n[search]\n'''\n", b"dataset = \"d\"\nmetrics = [\"nDCG@10\"]\n[search]\nmode = [\"dense\", \"hybrid\"]\ndense_weight = [0.3, 0.5]\nk1 = 1.5\n",
                  b"search.dense_weight = 1\r\nsearch = {k = 1}\r\n", ("a = " + closed(DEEP[:2000])).encode()],
}
