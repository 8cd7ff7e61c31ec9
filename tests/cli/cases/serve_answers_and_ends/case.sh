# The address is told, the login page is there, and an interruption ends it with status 0.
command -v python3 >/dev/null || exit 77
homeward init -c case.hwc --as root > /dev/null
cat > client.py <<'END'
import signal, subprocess, sys, urllib.request
server = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
address = server.stdout.readline().strip()
print(address.rsplit(':', 1)[0])
with urllib.request.urlopen(address + 'login') as page:
    text = page.read().decode()
    print(page.status, page.headers['cache-control'], '<h1>Đăng nhập</h1>' in text)
server.send_signal(signal.SIGTERM)
print(server.wait(), server.stderr.read(), end='')
END
PYTHONIOENCODING=utf-8 python3 client.py "$(command -v homeward)" serve -c case.hwc --port 0
