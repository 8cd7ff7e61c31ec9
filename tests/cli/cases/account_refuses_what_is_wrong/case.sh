# What an account command refuses, and what stays as it was; synthetic.
export HOMEWARD_CASE=case.hwc
homeward init --as chief > /dev/null
try() { echo "$ $*" | sed 's/^\$ homeward/$/'; "$@" 2>&1; echo "[$?]"; }
homeward account add anh --role reader > /dev/null
try homeward account frob
try homeward account add
try homeward account list x
try homeward account add bo
try homeward account add bo --role king
try homeward account add anh --role reader
try homeward account change chief --role reader
try homeward account list --as anh
try homeward account lock anh
try homeward account lock anh --reason x
try homeward account access anh nowhere
try homeward account access anh main --everything
try homeward account password nobody --stdin
try homeward account otp anh --stdin
echo 'short' | try homeward account password anh --stdin
echo 'Password2026!' | try homeward account password anh --stdin
try homeward account password anh --stdin
echo 'bốn con voi đi bộ' | homeward account password anh --stdin > /dev/null
echo 'wrong' > two; echo 'lá vàng rơi ngoài ngõ' >> two
try homeward account password anh --stdin --as anh < two
echo 'abc' | homeward account otp anh --stdin 2>&1 | sed 's/^secret .*/secret …/; s/^address .*/address …/'
try homeward account otp anh --remove --as anh
try homeward account otp anh --remove --reason 'telephone lost'
