# What would serve in the clear beyond this computer, or cannot work, is refused with status 2.
homeward init -c case.hwc --as root > /dev/null
say() {
  homeward serve "$@" 2>&1
  echo "exit $?"
}
say
say -c case.hwc --address 0.0.0.0 --port 0
say -c case.hwc --address lab.example --port 0
say -c case.hwc --tls-certificate a.pem
say -c case.hwc --origin lab.example
say -c case.hwc --origin https://lab.example/path
say -c case.hwc --language fr
say -c case.hwc --tls-certificate a.pem --tls-key b.pem
echo x > a.pem
echo y > b.pem
say -c case.hwc --port 0 --tls-certificate a.pem --tls-key b.pem
say -c none.hwc
