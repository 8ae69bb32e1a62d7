#include "models/golden_texts.h"

namespace rag {
namespace {

const char* const kEnglish[] = {
    "invoice",
    "What is the notice period?",
    "How do I reset the VPN token if my phone is lost?",
    "error code E-4417",
    "Parental leave, second child, part-time staff",
    "Who signs a purchase order above 10,000 euros?",
    "The meeting has moved to Thursday.",
    "Total 1,284.50 | VAT 19 % | due 2025-03-31 | account 4400",
    "From: Dana Whitfield. To: all staff. Subject: parking. The north entrance stays closed until the resurfacing is finished; please use the gate on Mill Lane and keep your badge at hand.",
    "Every employee who has worked here for twelve months may take up to five unpaid days a year to look after a relative. The request goes to the line manager in writing, ten days ahead where the need "
    "can be foreseen and on the same day where it cannot. Days that are not taken do not pass into the next year.",
    "The pump must not run dry. Before the first start fill the housing through the upper plug, open the suction valve fully and turn the shaft by hand; it should move without scraping. If the pressure "
    "stays below 1.8 bar after thirty seconds, stop the motor, let the air out and begin again. Three failed starts in a row point at a leaking seal, which only the service partner may replace.",
    "We compared two groups of 112 patients over eighteen months. The first was given the tablet in the morning, the second in the evening; otherwise they were treated alike. Blood pressure fell in both, "
    "by 7.2 and 7.9 mmHg on average, and the difference is well within what chance alone would bring. Side effects were rarer in the evening group, chiefly because fewer of its members felt dizzy at work. "
    "A longer trial would have to show whether that lasts.",
    "The river rises in a bog at the foot of the eastern ridge and for its first few miles is hardly wider than a ditch. Below the old mill two brooks join it, and from there on it carried barges until the "
    "railway came. The lock keepers' houses are still standing; in one of them the parish keeps its registers, which go back to 1684 and name nearly every family that ever lived by the water. Floods came in "
    "1799, 1846 and 1953, each higher than anyone alive could remember, and after each the bridge was rebuilt a little further upstream.",
    "Suppliers are rated each spring on four points: price, delivery, quality and conduct. A rating below two on any of them leads to a talk within a month, and two such ratings in a row to the end of the "
    "contract, unless no other source exists. Purchasing keeps the list, quality assurance adds its findings, and the works council may look at both. A supplier learns his own rating and the average of his "
    "group, never the rating of a competitor. Complaints go to the compliance office, which answers within fourteen days and tells nobody who complained.",
};

const char* const kKorean[] = {
    "연차",
    "휴가는 며칠인가요?",
    "출장비는 언제까지 정산해야 하나요?",
    "비밀번호를 잊어버렸을 때 누구에게 연락하나요",
    "회의실 예약은 사내 포털에서 합니다.",
    "3층 프린터 용지 걸림, 담당 시설관리팀 내선 2207",
    "2024년 4분기 매출 1,204억 원, 전년 같은 기간보다 8.3% 증가",
    "육아휴직 급여와 복직 후 연차 계산",
    "재택근무는 주 2회까지 할 수 있으며, 전날 오후 6시까지 부서장의 승인을 받아야 한다. 수습 기간에는 신청할 수 없다.",
    "신입 사원은 입사한 날부터 한 달 안에 안전 교육을 마쳐야 한다. 교육은 온라인 강의 세 과목과 현장 실습으로 이루어지며, 실습은 매주 화요일 오전에 열린다. 부득이한 사정으로 참석하지 못하면 미리 안전관리자에게 "
    "알리고 다음 차수에 등록한다. 두 번 연속으로 빠지면 현장 출입증이 정지된다.",
    "이 약은 식사와 관계없이 하루 한 번 같은 시간에 복용한다. 복용을 잊었다면 생각난 즉시 먹되, 다음 복용 시간이 가까우면 건너뛰고 한꺼번에 두 배를 먹지 않는다. 어지럼이나 두드러기가 나타나면 복용을 멈추고 "
    "의사와 상의한다. 임신 중이거나 수유 중인 사람, 신장 기능이 떨어진 사람은 반드시 미리 알려야 한다.",
    "강은 동쪽 산줄기의 작은 샘에서 시작해 들판을 가로질러 바다로 흐른다. 옛날에는 나룻배가 두 마을을 이었고, 장날이면 소금과 생선을 실은 배가 줄을 지었다. 1936년에 다리가 놓이면서 나루는 사라졌지만, 느티나무 "
    "아래에는 뱃사공의 이름을 새긴 돌이 아직 남아 있다. 큰물이 지면 지금도 마을 사람들은 그 돌이 얼마나 잠겼는지를 보고 논을 비울지 정한다고 한다.",
    "구매 요청은 금액에 따라 결재선이 다르다. 백만 원 미만은 팀장, 천만 원 미만은 본부장이 승인하고, 그 이상은 구매위원회가 심의한다. 견적은 두 곳 이상에서 받는 것이 원칙이며, 한 곳뿐일 때는 그 사유를 적는다. "
    "계약서에는 납기, 검수 기준, 지체상금, 하자 보증 기간이 들어가야 한다. 검수가 끝나면 닷새 안에 세금계산서를 발행하고, 대금은 다음 달 말일에 지급한다. 긴급 구매는 사후에 승인받을 수 있으나 분기마다 감사 대상이 된다.",
};

const char* const kCode[] = {
    "git rebase --interactive main",
    "SELECT name, SUM(amount) FROM payments WHERE paid_on >= '2025-01-01' GROUP BY name HAVING SUM(amount) > 500 ORDER BY 2 DESC;",
    "def mean(values):\n    \"\"\"Of an empty list: 0.\"\"\"\n    return sum(values) / len(values) if values else 0.0\n",
    "for (std::size_t i = 0; i < rows.size(); ++i) {\n  if (rows[i].empty()) continue;  // 빈 줄은 건너뛴다\n  total += std::stod(rows[i]);\n}\n",
    "{\"service\": \"mail\", \"port\": 587, \"tls\": true, \"retries\": 3, \"from\": \"noreply@example.org\"}",
    "panic: runtime error: index out of range [5] with length 5\n\ngoroutine 1 [running]:\nmain.pick(...)\n\t/srv/app/main.go:31\nmain.main()\n\t/srv/app/main.go:17 +0x1d\nexit status 2",
    "#!/bin/sh\nset -eu\nfor file in \"$@\"; do\n  case $file in\n    *.gz) gzip -dc \"$file\" ;;\n    *) cat \"$file\" ;;\n  esac\ndone | sort | uniq -c | sort -rn | head -20\n",
    "https://example.org/search?q=%EA%B0%95&page=2#results",
};

const char* const kMixed[] = {
    "VPN 접속이 안 될 때 error code E-4417 해결 방법",
    "API rate limit은 분당 60회이며, 초과하면 HTTP 429를 돌려준다. Retry-After 헤더의 초만큼 기다린 뒤 다시 요청한다.",
    "제3조(정의) 이 규정에서 \"근로자(employee)\"란 full-time과 part-time을 모두 말한다.",
    "김민준 Minjun Kim, Senior Engineer, 서울 R&D센터, +82-2-555-0142",
    "!?",
};

}  // namespace

std::vector<std::string> golden_texts() {
  std::vector<std::string> texts;
  for (const char* text : kEnglish) texts.emplace_back(text);
  for (const char* text : kKorean) texts.emplace_back(text);
  for (const char* text : kCode) texts.emplace_back(text);
  for (const char* text : kMixed) texts.emplace_back(text);
  // Two that pass every encoder's limit, which is where sums are longest.
  std::string english, korean;
  for (const char* text : kEnglish) (english += text) += ' ';
  for (const char* text : kKorean) (korean += text) += ' ';
  texts.push_back(english);
  texts.push_back(korean);
  return texts;
}

}  // namespace rag
