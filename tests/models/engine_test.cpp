#include "models/engine.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

namespace rag {
TEST(Tmp, Golden) {
  for (std::string m : {"all-MiniLM-L6-v2"}) {
    auto dir = read_model_directory(m[0] == 'a' ? "/work/main/.deps/models/" + m : "/tmp/enc-e5/" + m);
    EncoderWeights w(dir.weights, dir.config);
    auto t0 = std::chrono::steady_clock::now();
    auto e = open_torch_engine(w, dir.config, {});
    auto sec = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - t0).count(); };
    printf("open %.3f\n", sec());
    std::ifstream in("/work/shared/data/encoder-golden/" + m + (m[0] == 'm' ? "-q4" : "") + ".jsonl");
    std::string line;
    double worst = 1;
    while (std::getline(in, line)) {
      auto j = nlohmann::json::parse(line);
      PackedTexts p;
      p.add(j["ids"].get<std::vector<int>>());
      auto v = e->encode(p);
      auto g = j["embedding"].get<std::vector<float>>();
      double s = 0;
      for (size_t i = 0; i < g.size(); i++) s += double(g[i]) * v[i];
      worst = std::min(worst, s);
    }
    printf("worst %.8f %.3f\n", worst, sec());
    for (int n : {2, 4, 8, 32}) {
      PackedTexts p;
      for (int i = 0; i < n; i++) {
        std::vector<int> ids(256);
        for (auto& x : ids) x = 1000 + rand() % 20000;
        p.add(ids);
      }
      e->encode(p);
      double best = 1e9;
      for (int k = 0; k < 3; k++) {
        double a = sec();
        e->encode(p);
        best = std::min(best, sec() - a);
      }
      printf("batch %d: %.1f seq/s\n", n, n / best);
    }
  }
}
}  // namespace rag
