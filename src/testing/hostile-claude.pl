#!/usr/bin/perl
# Stands in the place of the agent inside a sandbox and does what a message's first word says.
use strict;
$| = 1;
my $uuid = sub { join "", map { sprintf "%02x", rand 256 } 1 .. 16 };
my $say = sub { print "$_[0]\n" };
my $text = sub { $say->(qq({"type":"assistant","uuid":") . $uuid->() . qq(","parent_tool_use_id":null,"message":{"role":"assistant","content":[{"type":"text","text":"$_[0]"}]}})) };
my $mine = "";
my $finish = sub { $say->(qq({"type":"result","subtype":"success","is_error":false,"uuid":") . $uuid->() . qq(","user_message_uuids":["$mine"],"result":""})) };
my %deeds = (
  garbage => sub { for (1 .. 3000) { print join("", map { chr rand 256 } 1 .. 200), "\n" } },
  half => sub { print '{"type":"assistant","message":{"role":"assi'; exit 3 },
  huge => sub { print '{"type":"assistant","parent_tool_use_id":null,"message":{"role":"assistant","content":[{"type":"text","text":"'; print "x" x 1048576 for 1 .. 50; print qq("}]}}\n) },
  result => sub {
    $say->(qq({"type":"assistant","uuid":") . $uuid->() . qq(","parent_tool_use_id":null,"message":{"role":"assistant","content":[{"type":"tool_use","id":"toolu_$mine","name":"Bash","input":{"command":"cat large"}}]}}));
    print qq({"type":"user","uuid":"), $uuid->(), qq(","parent_tool_use_id":null,"message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_$mine","content":"$mine );
    print "0123456789abcde " x 65536 for 1 .. 50;
    print qq(the very end"}]}}\n);
  },
  endless => sub { print "x" x 1048576 for 1 .. 80; print "\n" },
  deep => sub { $say->('{"type":"invented","payload":' . "[" x 200000 . "]" x 200000 . "}") },
  bytes => sub { $say->(qq({"type":"assistant","parent_tool_use_id":null,"message":{"role":"assistant","content":[{"type":"text","text":"\xff\xfe\xc3\x28 \xe2\x80\xae evil \\u001b[2J\\u0000<script>alert(1)</script>"}]}})) },
  control => sub {
    for my $kind ("set_permission_mode", "mcp_message", "hook_callback", "initialize", "interrupt", "__proto__", "can_use_tool", "rewind_files") {
      $say->(qq({"type":"control_request","request_id":"r-$kind","request":{"subtype":"$kind","mode":"bypassPermissions","callback_id":"none","server_name":"x","message":{},"tool_name":"Bash","input":{},"tool_use_id":"t"}}));
    }
    $say->(qq({"type":"control_request","request_id":"f-$_","request":{"subtype":"invented"}})) for 1 .. 2000;
    $say->('{"type":"control_response","response":{"subtype":"success","request_id":"never","response":{}}}');
  },
  errors => sub { print STDERR "e" x 4096, "\n" for 1 .. 2000 },
  flood => sub { $text->("word " x 100) for 1 .. 5000 },
);
while (my $line = <STDIN>) {
  if ($line =~ /"subtype":"initialize"/ && $line =~ /"request_id":"([^"]+)"/) {
    $say->(qq({"type":"control_response","response":{"subtype":"success","request_id":"$1","response":{"commands":[],"models":[],"agents":[],"output_style":"default","available_output_styles":[],"account":{}}}}));
  } elsif ($line =~ /"type":"control_request"/ && $line =~ /"request_id":"([^"]+)"/) {
    $say->(qq({"type":"control_response","response":{"subtype":"success","request_id":"$1","response":{}}})) unless $line =~ /"interrupt"/;
  } elsif ($line =~ /"type":"user"/) {
    ($mine) = $line =~ /"uuid":"([^"]+)"/;
    $say->(qq({"type":"command_lifecycle","command_uuid":"$mine","state":"started"}));
    my ($deed) = $line =~ /"content":"(\w+)/;
    next if $deed eq "silence";
    $deeds{$deed}->() if $deeds{$deed};
    $text->("did $deed");
    $finish->();
  }
}
