#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace rag::test {

// An HTTP server on 127.0.0.1 for one test: one connection after the other, one request each, answered with the bytes its handler gives.
class LocalServer {
 public:
  struct Reply {
    std::vector<std::string> pieces;  // sent one after the other, as they are
    int pause_ms = 0;                 // before each piece but the first
  };
  using Handler = std::function<Reply(const std::string& request)>;

  // After `most` requests it accepts no more, but its port stays taken.
  explicit LocalServer(Handler handler, std::size_t most = SIZE_MAX)
      : handler_(std::move(handler)), most_(most), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no socket for the local server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;
  ~LocalServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (std::size_t served = 0; served < most_; ++served) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      send_pieces(client, handler_(read_request(client)));
      ::shutdown(client, SHUT_WR);
      ::close(client);
    }
  }

  void send_pieces(int client, const Reply& reply) {
    bool first = true;
    for (const std::string& piece : reply.pieces) {
      for (int waited = 0; !first && waited < reply.pause_ms && !stopping_; waited += 10)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      first = false;
      if (stopping_ || !send_all(client, piece)) break;
    }
  }

  static bool send_all(int client, const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t n = ::send(client, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return false;
      sent += static_cast<std::size_t>(n);
    }
    return true;
  }

  std::string read_request(int client) {
    std::string request;
    char buffer[4096];
    std::size_t expected = std::string::npos;
    while (request.size() < expected) {
      const ssize_t n = ::recv(client, buffer, sizeof buffer, 0);
      if (n <= 0) break;
      request.append(buffer, static_cast<std::size_t>(n));
      const std::size_t end = request.find("\r\n\r\n");
      if (expected == std::string::npos && end != std::string::npos) {
        const std::size_t at = request.find("Content-Length: ");
        expected = end + 4 + (at == std::string::npos ? 0 : std::stoul(request.substr(at + 16)));
      }
    }
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    return request;
  }

  Handler handler_;
  std::size_t most_;
  int listener_;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace rag::test
