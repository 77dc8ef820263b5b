api-title = 接口说明
api-intro = 与页面走同一条写入路径。请求与回答均为 JSON；时间为 RFC 3339，东八区。先用 POST /api/v1/sessions 登录。
